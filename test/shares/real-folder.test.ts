/**
 * A share over a real folder of this disk: what stands on content's own promises, not on a fake's.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { openFolder } from '../../src/content/folder/folder.ts'
import { openHashPool } from '../../src/content/hashing/hash-pool.ts'
import { parseSharePath } from '../../src/content/names.ts'
import { openShares } from '../../src/shares/open-shares.ts'
import { openShareDatabase } from '../../src/shares/share-database.ts'
import type { OwnShare, Shares } from '../../src/shares/shares.ts'
import { contentOfBytes } from '../kit/content-of-bytes.ts'
import { cheapOpaque } from '../kit/share-owner.ts'
import { testSurroundings } from '../kit/surroundings.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import { testIdentity } from '../kit/test-identity.ts'

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

const open = { read: 'everyone', change: 'nobody', passwords: {} } as const
const { signal } = new AbortController()
const ben = testIdentity('ben').peerId

suite('a share over a real folder', () => {
  test('shows what is in it, and follows what is done to it', async () => {
    await using ana = await computer()
    writeFileSync(join(ana.photos, 'a.txt'), 'one')
    const share = await ana.shares.add(ana.photos, open)
    await ana.until(() => filesOf(share) === 1)
    writeFileSync(join(ana.photos, 'b.txt'), 'two')
    await ana.until(() => filesOf(share) === 2)
    const [a, b] = await share.reader.list(parseSharePath(''), undefined, 10)
    assert.deepEqual([a?.name, b?.name], ['a.txt', 'b.txt'])
    assert.deepEqual(b?.kind === 'file' && b.content, contentOfBytes(Buffer.from('two')))
  })

  test('that is shared no more is left as it was', async () => {
    await using ana = await computer()
    writeFileSync(join(ana.photos, 'a.txt'), 'one')
    const share = await ana.shares.add(ana.photos, open)
    await ana.until(() => filesOf(share) === 1)
    await ana.shares.remove(share.id)
    assert.deepEqual(readdirSync(ana.photos), ['a.txt'])
    const again = await ana.shares.add(ana.photos, open)
    await ana.until(() => filesOf(again) === 1)
  })

  test('takes an edit, which is in the head that is made for it', async () => {
    await using ana = await computer()
    const share = await ana.shares.add(ana.photos, open)
    await ana.until(() => share.state().kind === 'ready')
    const bytes = Buffer.from('from Ben')
    const stage = await share.editor.stage(contentOfBytes(bytes), signal)
    await stage.write(0, bytes, signal)
    const path = parseSharePath('b.txt')
    const attributes = { mtimeMs: 0, executable: false }
    const change = { path, attributes, base: 'absent', who: ben } as const
    assert.equal((await share.editor.put(change, stage, signal)).outcome, 'new')
    assert.equal((await share.headNow()).head.summary.files, 1)
    assert.equal(readFileSync(join(ana.photos, 'b.txt'), 'utf8'), 'from Ben')
    const [line] = await ana.shares.log.list(share.id, 1)
    assert.deepEqual([line?.who, line?.what, line?.path], [ben, 'put', 'b.txt'])
  })

  test('pauses when the folder is moved away, also over a restart, and goes on when it is back', async () => {
    await using ana = await computer()
    writeFileSync(join(ana.photos, 'a.txt'), 'one')
    const share = await ana.shares.add(ana.photos, open)
    await ana.until(() => filesOf(share) === 1)
    renameSync(ana.photos, `${ana.photos}-away`)
    await ana.until(() => share.state().kind === 'paused')
    await ana.restart()
    const again = ana.shares.byId(share.id) ?? assert.fail('the share was not kept')
    await ana.until(() => again.state().kind === 'paused')
    assert.equal(filesOf(again), 1)
    renameSync(`${ana.photos}-away`, ana.photos)
    await ana.until(() => again.state().kind === 'ready')
    assert.equal(again.head()?.head.sequence, share.head()?.head.sequence)
  })

  test('does not take an empty folder in its place for a deletion', async () => {
    await using ana = await computer()
    writeFileSync(join(ana.photos, 'a.txt'), 'one')
    const share = await ana.shares.add(ana.photos, open)
    await ana.until(() => filesOf(share) === 1)
    rmSync(ana.photos, { recursive: true })
    mkdirSync(ana.photos)
    await ana.until(() => share.state().kind === 'paused')
    assert.equal(filesOf(share), 1)
  })
})

interface Computer extends AsyncDisposable {
  readonly photos: string
  readonly shares: Shares
  restart(): Promise<void>
  until(condition: () => boolean): Promise<void>
}

/** A computer with a folder for photos, and a node whose clock goes as fast as it is needed. */
async function computer(): Promise<Computer> {
  const closing = new AsyncDisposableStack()
  const disk = closing.use(await tempFolder())
  const outside = testSurroundings()
  const pool = closing.use(openHashPool(outside))
  const database = closing.use(await openShareDatabase(join(disk.path, 'shares.db')))
  const photos = join(disk.path, 'Photos')
  mkdirSync(photos)
  const openAgain = () =>
    openShares({
      owner: testIdentity('ana').peerId,
      openFolder: (path, id) =>
        openFolder({ path, pool, state: join(disk.path, 'state', id) }, outside),
      isContact: () => false,
      addresses: () => [],
      database,
      opaque,
      surroundings: outside,
    })
  let shares = await openAgain()
  closing.defer(() => shares[Symbol.asyncDispose]())
  return {
    photos,
    get shares() {
      return shares
    },
    restart: async () => {
      await shares[Symbol.asyncDispose]()
      shares = await openAgain()
    },
    until: (condition) => outside.clock.advanceUntil(condition, { limitMs: 3_600_000 }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

function filesOf(share: OwnShare): number | undefined {
  return share.head()?.head.summary.files
}
