/**
 * A share of this node: its heads follow its folder, and it pauses rather than tell readers of an accident.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import { parseRoot } from '../../src/content/content-id.ts'
import { DiskFullError } from '../../src/content/errors.ts'
import { parseSharePath } from '../../src/content/names.ts'
import { shareReader } from '../../src/shares/share-reader.ts'
import type { OwnShare, SignedHead } from '../../src/shares/shares.ts'
import { FakeFolder } from '../kit/fake-folder.ts'
import { watchLeaks } from '../kit/leaks.ts'
import { ShareOwner, cheapOpaque } from '../kit/share-owner.ts'
import { testIdentity } from '../kit/test-identity.ts'

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

const open = { read: 'everyone', change: 'nobody', passwords: {} } as const
const signal = new AbortController().signal
const ben = testIdentity('ben').peerId

suite('a share', () => {
  test('can be used while it is still being indexed', async (t) => {
    const ana = await home(t)
    const folder = ana.folder('/home/ana/Photos')
    const halfWay = Promise.withResolvers<void>()
    folder.halfWay = halfWay.promise
    const share = await ana.shares.add(folder.path, open)
    assert.equal(share.state().kind, 'indexing')
    await ana.outside.clock.advanceUntil(() => share.head() !== undefined)
    assert.deepEqual(saysOf(share.head()), { files: 1, indexing: true })
    halfWay.resolve()
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'ready')
    await ana.outside.clock.advance(1000)
    assert.deepEqual(saysOf(share.head()), { files: 3, indexing: false })
  })

  test('has no head before its first tree, and says so to who reads it', () => {
    const reader = shareReader(
      () => new FakeFolder('/home/ana/Photos'),
      () => undefined,
    )
    assert.throws(() => reader.head(), { name: 'MissingError' })
  })

  test('makes a head for each change, the first at once, and at most every 300 ms', async (t) => {
    const { ana, share, folder } = await sharing(t)
    await ana.outside.clock.advance(1000)
    const heads: { files: number; atMs: number }[] = []
    const startMs = ana.outside.clock.elapsed()
    share.headChanged.subscribe(({ head }) =>
      heads.push({ files: head.summary.files, atMs: ana.outside.clock.elapsed() - startMs }),
    )
    for (let change = 0; change < 10; change++) {
      folder.put({ [`new ${change}`]: change })
      await folder.notify()
      await ana.outside.clock.advance(100)
    }
    await ana.outside.clock.advance(1000)
    assert.deepEqual(heads, [
      { files: 4, atMs: 0 },
      { files: 6, atMs: 300 },
      { files: 9, atMs: 600 },
      { files: 12, atMs: 900 },
      { files: 13, atMs: 1200 },
    ])
  })

  test('makes a head at once for who needs to know the one that holds an edit', async (t) => {
    const { share, folder } = await sharing(t)
    folder.put({ 'new 1': 1 })
    await folder.notify()
    folder.put({ 'new 2': 1 })
    await folder.notify()
    const [head, same] = await Promise.all([share.headNow(), share.headNow()])
    assert.equal(head.head.summary.files, 5)
    assert.equal(head, same)
  })

  test('says when it changes, and can be read', async (t) => {
    const { share } = await sharing(t)
    const names = (await share.reader.list(parseSharePath(''), undefined, 2)).map(
      ({ name }) => name,
    )
    assert.deepEqual(names, ['a.txt', 'b.txt'])
    assert.equal((await share.reader.entry(parseSharePath('b.txt')))?.name, 'b.txt')
    assert.equal(share.reader.head(), share.head())
  })

  test('goes on with its heads after a restart, and makes none for nothing', async (t) => {
    const { ana, share } = await sharing(t)
    const before = share.head()
    await ana.restart()
    const again = ana.again(share)
    assert.deepEqual(again.head()?.head, before?.head)
    await ana.outside.clock.advanceUntil(() => again.state().kind === 'ready')
    await ana.outside.clock.advance(1000)
    assert.equal(again.head()?.head.sequence, before?.head.sequence)
  })

  test('keeps the tree that readers have while a lost index is made anew', async (t) => {
    const { ana, share, folder } = await sharing(t)
    const before = share.head()
    const halfWay = Promise.withResolvers<void>()
    const fresh = ana.loseIndex(folder.path)
    fresh.halfWay = halfWay.promise
    await ana.restart()
    const again = ana.again(share)
    await ana.outside.clock.advance(5000)
    assert.equal(again.head()?.head.sequence, before?.head.sequence)
    await ana.shares.change(share.id, { revoke: ben })
    assert.deepEqual(saysOf(again.head()), { files: 3, indexing: false })
    fresh.put({ 'd.txt': 4 })
    const edited = again.headNow()
    const first = await Promise.race([edited, ana.outside.clock.advance(60_000)])
    assert.equal(first, undefined)
    halfWay.resolve()
    assert.deepEqual(saysOf(await edited), { files: 4, indexing: false })
  })

  test('that ends tells who still waits for a head', async (t) => {
    const { ana, share, folder } = await sharing(t)
    const halfWay = Promise.withResolvers<void>()
    ana.loseIndex(folder.path).halfWay = halfWay.promise
    await ana.restart()
    const waiting = assert.rejects(ana.again(share).headNow(), { name: 'InterruptedError' })
    const ended = ana.shares[Symbol.asyncDispose]()
    halfWay.resolve()
    await Promise.all([waiting, ended])
  })
})

suite('a share whose folder is gone', () => {
  test('pauses, keeps its head, and goes on when the folder is back', async (t) => {
    const { ana, share, folder } = await sharing(t)
    const before = share.head()
    folder.isThere = false
    await folder.notify()
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'paused')
    assert.deepEqual(share.state(), {
      kind: 'paused',
      reason: 'folder-gone',
      detail: '/home/ana/Photos is gone',
    })
    assert.equal(folder.isWatched, false)
    assert.equal(share.head(), before)
    folder.isThere = true
    folder.put({ 'd.txt': 4 })
    await ana.outside.clock.advanceUntil(() => share.head() !== before)
    assert.equal(share.state().kind, 'ready')
    assert.equal(folder.isWatched, true)
    assert.deepEqual(saysOf(share.head()), { files: 4, indexing: false })
  })

  test('is there after a restart, paused, with its settings open to change', async (t) => {
    const { ana, share } = await sharing(t)
    ana.unplug('/home/ana/Photos')
    await ana.restart()
    const again = ana.again(share)
    await ana.outside.clock.advanceUntil(() => again.state().kind === 'paused')
    assert.equal(again.head()?.head.summary.files, 3)
    await assert.rejects(again.reader.list(parseSharePath(''), undefined, 9), {
      name: 'FolderGoneError',
    })
    await ana.shares.change(share.id, { revoke: ben })
    assert.deepEqual(again.head()?.head.revoked, [ben])
    ana.plugIn('/home/ana/Photos')
    await ana.outside.clock.advanceUntil(() => again.state().kind === 'ready')
    assert.equal((await again.reader.list(parseSharePath(''), undefined, 9)).length, 3)
  })
})

suite('a share whose folder can not be used', () => {
  test('pauses and says why, whatever it is', async (t) => {
    const { ana, share, folder } = await sharing(t)
    folder.trouble = new DiskFullError(5, 3)
    await folder.notify()
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'paused')
    const state = share.state()
    assert.match(state.kind === 'paused' ? state.detail : '', /The disk is full/)
    folder.trouble = undefined
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'ready')
  })

  test('is looked after again when that failed by a bug, which is logged', async (t) => {
    const { ana, share, folder } = await sharing(t)
    folder.trouble = new Error('a bug')
    await folder.notify()
    await ana.outside.clock.advanceUntil(() => ana.outside.log.errors.length > 0)
    folder.trouble = undefined
    folder.put({ 'd.txt': 4 })
    await ana.outside.clock.advanceUntil(() => share.head()?.head.summary.files === 4)
    ana.outside.log.lines.length = 0
  })
})

suite('a share of which much has vanished at once', () => {
  test('pauses until the files are back', async (t) => {
    const { ana, share, folder } = await sharing(t)
    const before = share.head()
    const files = new Map(folder.onDisk)
    folder.onDisk.clear()
    await folder.notify()
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'paused')
    const state = share.state()
    assert.ok(state.kind === 'paused' && state.reason === 'mass-disappearance')
    assert.match(state.detail, /3 of 3 files have vanished/)
    assert.equal(share.head(), before)
    folder.put(Object.fromEntries(files))
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'ready')
    assert.equal(share.head(), before)
  })

  test('takes them for deleted when its owner says so', async (t) => {
    const { ana, share, folder } = await sharing(t)
    folder.onDisk.clear()
    await folder.notify()
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'paused')
    await ana.shares.change(share.id, { acceptLosses: true })
    await ana.outside.clock.advanceUntil(() => share.state().kind === 'ready')
    await ana.outside.clock.advance(1000)
    assert.equal(share.head()?.head.summary.files, 0)
  })
})

suite('an edit', () => {
  test('is in the log under who made it', async (t) => {
    const { ana, share } = await sharing(t)
    const content = { root: parseRoot(new Uint8Array(32)), length: 7 }
    const attributes = { mtimeMs: 0, executable: false }
    const [fresh, taken] = [parseSharePath('d.txt'), parseSharePath('a.txt')]
    for (const path of [fresh, taken]) {
      const stage = await share.editor.stage(content, signal)
      await share.editor.put({ path, attributes, base: 'absent', who: ben }, stage, signal)
    }
    await share.editor.makeDirectory(parseSharePath('album'), 'owner', signal)
    await share.editor.remove(parseSharePath('b.txt'), 'any', ben, signal)
    const lines = await ana.shares.log.list(share.id, 4)
    assert.deepEqual(
      lines.map(({ who, what, path, detail }) => [who, what, path, detail]),
      [
        [ben, 'removed', 'b.txt', undefined],
        ['owner', 'made', 'album', undefined],
        [ben, 'conflict', 'a.txt', 'a.txt (conflict)'],
        [ben, 'put', 'd.txt', undefined],
      ],
    )
  })
})

/** Ana's computer, closed and searched for leaks after the test. */
async function home(t: TestContext): Promise<ShareOwner> {
  const closing = new AsyncDisposableStack()
  t.after(() => closing.disposeAsync())
  closing.use(watchLeaks())
  const ana = closing.use(await ShareOwner.open(opaque))
  closing.defer(() => assert.deepEqual(ana.outside.log.errors, []))
  return ana
}

async function sharing(
  t: TestContext,
): Promise<{ ana: ShareOwner; share: OwnShare; folder: FakeFolder }> {
  const ana = await home(t)
  const share = await ana.share({ ...open, name: 'Photos' })
  return { ana, share, folder: ana.folder('/home/ana/Photos') }
}

function saysOf(signed: SignedHead | undefined): { files: number; indexing: boolean } | undefined {
  return signed && { files: signed.head.summary.files, indexing: signed.head.indexing }
}
