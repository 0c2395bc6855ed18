import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../src/content/names.ts'
import type { ShareId } from '../../../src/shares/shares.ts'
import { Notices } from '../../../src/transfer/changes/notices.ts'
import { askWatch } from '../../../src/transfer/wire/peer-client.ts'
import type { WatchFrame } from '../../../src/transfer/wire/watch-frame.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { WireAsker } from '../../kit/wire-asker.ts'

/** What Eve's watch stream has brought so far, and whether it has ended. */
function watching(there: WireAsker) {
  const stop = new AbortController()
  const capability = there.holding.capability(there.eve, 'read')
  const line = {
    ...{ link: there.link, clock: there.clock, share: there.holding.share },
    capability: () => capability,
  }
  const seen = { frames: [] as WatchFrame[], ended: false, stop }
  const watch = async () => {
    try {
      for await (const frame of askWatch(line, undefined, stop.signal)) seen.frames.push(frame)
    } finally {
      seen.ended = true
    }
  }
  watch().catch(() => {})
  return seen
}

const kinds = ({ frames }: { frames: WatchFrame[] }) => frames.map(({ kind }) => kind)

suite('the watch stream', () => {
  test('begins with all that there is to know', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const seen = watching(there)
    await there.clock.advanceUntil(() => seen.frames.length === 3)
    assert.deepEqual(kinds(seen), ['head', 'whole', 'holders'])
  })

  test('says every half minute that it is alive', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const seen = watching(there)
    await there.clock.advance(95_000)
    assert.deepEqual(kinds(seen).slice(3), ['alive', 'alive', 'alive'])
  })

  test('ends when its capability has run out', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const seen = watching(there)
    await there.clock.advance(60_000)
    assert.equal(seen.ended, false)
    await there.clock.advance(20 * 60_000)
    assert.equal(seen.ended, true)
  })

  test('ends at once for a peer who is shut out, and shows it not even the head that says so', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const seen = watching(there)
    await there.clock.advanceUntil(() => seen.frames.length === 3)
    there.holding.sign({ revoked: [there.eve] })
    await there.clock.advanceUntil(() => seen.ended)
    assert.equal(seen.frames.length, 3)
  })

  test('ends when the share is not served any more', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const seen = watching(there)
    await there.clock.advanceUntil(() => seen.frames.length === 3)
    there.holdings.length = 0
    await there.clock.advance(31_000)
    assert.equal(seen.ended, true)
  })

  test('leaves nothing behind when the watcher goes', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const pending = there.clock.pending
    const seen = watching(there)
    await there.clock.advanceUntil(() => seen.frames.length === 3)
    assert.equal(there.holding.headChanged.listenerCount, 1)
    seen.stop.abort()
    await there.clock.advance(1)
    assert.equal(there.holding.headChanged.listenerCount, 0)
    assert.equal(there.holding.gained.listenerCount, 0)
    assert.ok(there.clock.pending <= pending)
  })

  test('brings notices to those whom they are for', async () => {
    const notices = new Notices()
    await using there = await WireAsker.open({ notices })
    there.holding.put({ 'a.txt': 'a' })
    const seen = watching(there)
    await there.clock.advanceUntil(() => seen.frames.length === 3)
    const path = parseSharePath('a.txt')
    const notice = { kind: 'conflict', path, copy: path, who: 'bob' } as const
    notices.post(there.holding.share, testIdentity('bob').peerId, notice)
    notices.post('another share' as ShareId, there.eve, notice)
    notices.post(there.holding.share, there.eve, notice)
    await there.clock.advanceUntil(() => seen.frames.length === 4)
    assert.deepEqual(seen.frames[3], { ...notice, kind: 'notice' })
  })

  test('holds no more for a watcher that does not read than the newest state', async () => {
    await using there = await WireAsker.open()
    there.holding.put({ 'a.txt': 'a' })
    const answer = await there.link.ask(
      { method: 'GET', path: there.about('watch'), headers: there.shown() },
      new AbortController().signal,
    )
    for (let at = 0; at < 200; at++) there.holding.sign({ timeMs: at })
    await there.clock.advance(10)
    for (let at = 0; at < 200; at++) there.holding.sign({ timeMs: at })
    await there.clock.advance(10)
    let bytes = 0
    const body = answer.body[Symbol.asyncIterator]()
    const reading = (async () => {
      for (;;) {
        const { value, done } = await body.next()
        if (done) return
        bytes += value.length
      }
    })()
    await there.clock.advance(1_000)
    assert.ok(bytes < 20 * 1024, `${bytes} bytes for 400 heads`)
    answer.cancel()
    await reading.catch(() => {})
  })
})
