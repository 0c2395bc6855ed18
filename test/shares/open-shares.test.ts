/** The shares of a node: what may be added, what is kept, and what a change changes. */
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import { openShareDatabase } from '../../src/shares/share-database.ts'
import type { ShareId, ShareReader } from '../../src/shares/shares.ts'
import { watchLeaks } from '../kit/leaks.ts'
import { ShareOwner, cheapOpaque } from '../kit/share-owner.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import { testIdentity } from '../kit/test-identity.ts'

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

const open = { read: 'everyone', change: 'nobody', passwords: {} } as const
const ben = testIdentity('ben').peerId

suite('a folder that is shared', () => {
  test('has its own name unless it is given one', async (t) => {
    const ana = await home(t)
    const photos = await ana.shares.add('/home/ana/Photos', open)
    const music = await ana.shares.add('/home/ana/Music', { ...open, name: 'Songs' })
    assert.deepEqual([photos.settings.name, music.settings.name], ['Photos', 'Songs'])
    assert.equal(ana.shares.byName('Songs'), music)
    assert.equal(ana.shares.byName('songs'), music)
    assert.equal(ana.shares.byName('Video'), undefined)
    assert.equal(ana.shares.byId(photos.id), photos)
    assert.deepEqual(ana.shares.all(), [photos, music])
  })

  test('is shared once, and under a name of its own', async (t) => {
    const ana = await home(t)
    await ana.shares.add('/home/ana/Photos', open)
    const again = { name: 'ShareExistsError', kind: 'conflict' }
    await assert.rejects(ana.shares.add('/home/ana/Photos', { ...open, name: 'Other' }), again)
    await assert.rejects(
      ana.shares.add('/home/ana/Music/../Photos', { ...open, name: 'Other' }),
      again,
    )
    await assert.rejects(ana.shares.add('/mnt/photos', open), again)
    await assert.rejects(ana.shares.add('/mnt/Photos', { ...open, name: 'PHOTOS' }), again)
    assert.equal(ana.shares.all().length, 1)
  })

  test('is not shared under a name that is none, or with rules that do not fit', async (t) => {
    const ana = await home(t)
    for (const settings of [
      { ...open, name: '../x' },
      { ...open, name: '' },
      { ...open, read: 'password' as const },
      { ...open, change: 'password' as const },
      { ...open, passwords: { read: 'for no rule' } },
      { read: 'password' as const, change: 'nobody' as const, passwords: { read: '' } },
    ]) {
      await assert.rejects(ana.shares.add('/home/ana/Photos', settings), { kind: 'usage' })
    }
    assert.deepEqual(ana.shares.all(), [])
    assert.equal(ana.foldersByPath.size, 0)
  })

  test('is not shared when it is not there', async (t) => {
    const ana = await home(t)
    ana.unplug('/home/ana/Photos')
    await assert.rejects(ana.shares.add('/home/ana/Photos', open), { name: 'FolderGoneError' })
    assert.deepEqual(ana.shares.all(), [])
  })
})

suite('what is kept of a share', () => {
  test('survives a restart: key, rules, passwords, link, who is shut out', async (t) => {
    const ana = await home(t)
    const passwords = { change: 'mountain in spring' }
    const share = await ana.share({ read: 'link', change: 'password', passwords, name: 'Photos' })
    await ana.shares.change(share.id, { revoke: ben })
    const { settings } = share
    const link = share.link()
    const head = share.head()
    await ana.restart()
    const again = ana.again(share)
    assert.deepEqual(again.settings, settings)
    assert.equal(again.link(), link)
    assert.equal(again.head()?.head.sequence, head?.head.sequence)
    assert.deepEqual(again.head()?.head.revoked, [ben])
  })

  test('is gone when it is not shared any more, and the folder stays', async (t) => {
    const ana = await home(t)
    const share = await ana.share({ ...open, name: 'Photos' })
    const heard: ShareId[] = []
    ana.shares.changed.subscribe((id) => heard.push(id))
    await ana.shares.remove(share.id)
    assert.deepEqual(heard, [share.id])
    assert.equal(ana.shares.byId(share.id), undefined)
    assert.equal(ana.folder('/home/ana/Photos').isClosed, true)
    assert.equal(ana.folder('/home/ana/Photos').onDisk.size, 3)
    await ana.restart()
    assert.deepEqual(ana.shares.all(), [])
    await assert.rejects(ana.shares.remove(share.id), { name: 'MissingError' })
    const anew = await ana.shares.add('/home/ana/Photos', open)
    assert.notEqual(anew.id, share.id)
  })

  test('is in a file that nobody else on the computer can read', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'shares.db')
    await using database = await openShareDatabase(path)
    await database.all('SELECT * FROM shares')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
  })
})

suite('a change of a share', () => {
  test('raises the generation of the scope that it is about, and no other', async (t) => {
    const ana = await home(t)
    const share = await ana.share({ ...open, name: 'Photos' })
    const generations = () => Object.values(share.head()?.head.generations ?? {})
    assert.deepEqual(generations(), [1, 1])
    await ana.shares.change(share.id, { name: 'Pictures' })
    assert.deepEqual(generations(), [1, 1])
    await ana.shares.change(share.id, { read: 'contacts' })
    assert.deepEqual(generations(), [2, 1])
    await ana.shares.change(share.id, { read: 'contacts' })
    assert.deepEqual(generations(), [2, 1])
    await ana.shares.change(share.id, { read: 'link' })
    await ana.shares.change(share.id, { read: 'link' })
    assert.deepEqual(generations(), [4, 1])
    await ana.shares.change(share.id, { change: 'password', passwords: { change: 'a' } })
    await ana.shares.change(share.id, { passwords: { change: 'b' } })
    assert.deepEqual(generations(), [4, 3])
  })

  test('is in the next head at once', async (t) => {
    const ana = await home(t)
    const share = await ana.share({ ...open, name: 'Photos' })
    const before = share.head()?.head.sequence ?? 0
    await ana.shares.change(share.id, { read: 'contacts' })
    assert.equal(share.head()?.head.sequence, before + 1)
  })

  test('that was kept just before the node was killed is in the first head after', async (t) => {
    const ana = await home(t)
    const share = await ana.share({ ...open, name: 'Photos' })
    await ana.database.write([{ sql: 'UPDATE shares SET read_generation = 7' }])
    await ana.restart()
    assert.equal(ana.again(share).head()?.head.generations.read, 7)
  })

  test('that cannot be changes nothing', async (t) => {
    const ana = await home(t)
    const share = await ana.share({ ...open, name: 'Photos' })
    await ana.share({ ...open, name: 'Music' })
    const before = share.head()
    const { id } = share
    await assert.rejects(ana.shares.change(id, { read: 'password' }), /needs a read password/)
    await assert.rejects(ana.shares.change(id, { passwords: { read: 'x' } }), /the rule for it is/)
    await assert.rejects(ana.shares.change(id, { name: 'music' }), { name: 'ShareExistsError' })
    assert.equal(share.head(), before)
    assert.deepEqual(share.settings, { name: 'Photos', read: 'everyone', change: 'nobody' })
  })

  test('is in the log, without the password', async (t) => {
    const ana = await home(t)
    const share = await ana.share({ ...open, name: 'Photos' })
    await ana.shares.change(share.id, {
      name: 'Pictures',
      read: 'password',
      passwords: { read: 'lake in autumn' },
      revoke: ben,
    })
    const [line] = await ana.shares.log.list(share.id, 1)
    assert.equal(
      line?.detail,
      `name: Pictures, read: password, new read password, shut out: ${ben}`,
    )
  })
})

test('a reader has no way to write', () => {
  const reader: ShareReader = { scope: 'read', head: fail, entry: fail, list: fail }
  // @ts-expect-error: permission is a type
  assert.equal(reader.put, undefined)
  // @ts-expect-error: permission is a type
  assert.equal(reader.stage, undefined)
  // @ts-expect-error: permission is a type
  assert.equal(reader.remove, undefined)
})

function fail(): never {
  throw new Error('not to be called')
}

async function home(t: TestContext): Promise<ShareOwner> {
  const closing = new AsyncDisposableStack()
  t.after(() => closing.disposeAsync())
  closing.use(watchLeaks())
  return closing.use(await ShareOwner.open(opaque))
}
