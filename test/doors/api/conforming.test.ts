import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../src/content/names.ts'
import { apiRoot, isOperationName, operations } from '../../../src/doors/contract/contract.ts'
import type { OperationName } from '../../../src/doors/contract/contract.ts'
import { schemas } from '../../../src/doors/contract/schemas.ts'
import { openAskedNode } from '../../kit/doors/asked.ts'
import { ask } from '../../kit/doors/socket-request.ts'

const magnet = 'magnet:?xt=urn:btih:631a31dd0a46257d5078c0dee4e66e26f73e42ac&dn=Film'

/** One call of each operation, in an order in which each finds something to do. */
const calls: readonly (readonly [OperationName, string, string?])[] = [
  ['status', '/status'],
  ['doctor', '/doctor'],
  ['openUi', '/ui', '{}'],
  ['getSettings', '/settings'],
  ['changeSettings', '/settings', '{"settings":{"name":"desk"}}'],
  ['listFolders', '/folders?path=/'],
  ['listShares', '/shares'],
  ['addShare', '/shares', '{"folder":"/home/ana/Work"}'],
  ['getShare', '/shares/Work'],
  ['changeShare', '/shares/Work', '{"change":"password","changePassword":"secret"}'],
  ['shareLink', '/shares/Work/link'],
  ['shareLog', '/shares/Photos/log?limit=5'],
  ['shareGrants', '/shares/Photos/grants'],
  ['removeShare', '/shares/Work'],
  ['listPeers', '/peers?offers=true'],
  ['addPeer', '/peers', '{"who":"bob"}'],
  ['getPeer', '/peers/bob'],
  ['changePeer', '/peers/bob', '{"trust":"trusted"}'],
  ['openPlace', '/open', '{"place":"bob/Work","password":"change"}'],
  ['openPlace', '/open', '{"place":"me/Photos/2024"}'],
  ['listKnownShares', '/known-shares'],
  ['getEntry', '/entry?place=bob/Work/plan.txt'],
  ['listEntries', '/entries'],
  ['listEntries', '/entries?place=bob'],
  ['listEntries', '/entries?place=me'],
  ['listEntries', '/entries?place=me/Photos&limit=1'],
  ['addPreview', '/previews', '{"place":"bob/Work/plan.txt"}'],
  ['walkTree', '/tree?place=me/Photos'],
  ['findEntries', '/find?place=me/Photos&name=*.jpg'],
  ['putFiles', '/put', `{"from":"${import.meta.filename}","to":"bob/Work/"}`],
  ['putBytes', '/bytes?to=bob/Work/note.txt&mtimeMs=5', 'a note'],
  ['makeDirectory', '/directories', '{"place":"bob/Work/new"}'],
  ['moveEntry', '/moves', '{"from":"bob/Work/plan.txt","to":"bob/Work/new"}'],
  ['removeEntry', '/removals', '{"place":"bob/Work/new"}'],
  ['listVersions', '/versions?place=me/Photos'],
  ['listTrash', '/trash?place=me/Photos'],
  ['restoreItem', '/restore', '{"place":"me/Photos","id":"v1"}'],
  ['changeDrive', '/drive', '{"on":true}'],
  ['getDrive', '/drive'],
  ['addCopy', '/copies', '{"place":"bob/Music","destination":"/home/ana/Music"}'],
  ['listCopies', '/copies'],
  ['resumeCopy', '/copies/copy0001/resume', '{}'],
  ['pauseCopy', '/copies/copy0001/pause', '{}'],
  ['watchCopy', '/copies/copy0001/watch'],
  ['removeCopy', '/copies/copy0001'],
  ['addTorrent', '/torrents', `{"torrent":"${magnet}","destination":"/home/ana"}`],
  ['listTorrents', '/torrents'],
  ['getTorrent', '/torrents/631a31dd'],
  ['changeTorrent', '/torrents/631a31dd', '{"action":"pause"}'],
  ['watchTorrent', '/torrents/631a31dd/watch'],
  ['removeTorrent', '/torrents/631a31dd'],
  ['changeShare', '/shares/Photos', '{"read":"everyone"}'],
  ['publishShare', '/shares/Photos/publications', '{}'],
  ['forgetShare', '/known-shares?place=bob/Work'],
  ['removePeer', '/peers/bob'],
  ['stop', '/stop', '{}'],
]

suite('every operation', () => {
  test('gives what the contract says, and nothing that it does not', async () => {
    await using node = await openAskedNode()
    const path = parseSharePath('beach.jpg')
    const [photos] = node.backend.shares.planted
    photos?.bin.push({ id: 'v1', kind: 'version', path, bytes: 4, atMs: 5, who: 'bob' })
    for (const [name, at, body] of calls) {
      const { method, reply } = operations[name]
      const answer = await ask(node, method, apiRoot + at, body)
      assert.equal(answer.status, 200, `${name}: ${answer.body.toString()}`)
      const values =
        reply === 'lines' ? answer.body.toString().trim().split('\n') : [answer.body.toString()]
      for (const value of values) {
        const plain: unknown = JSON.parse(value)
        assert.deepEqual(schemas[name].reply.parse(plain), plain, name)
      }
    }
    const tried = new Set(calls.map(([name]) => name))
    const untried = Object.keys(operations).filter(
      (name) => isOperationName(name) && !tried.has(name),
    )
    assert.deepEqual(untried, ['watchEvents', 'readBytes'])
  })
})
