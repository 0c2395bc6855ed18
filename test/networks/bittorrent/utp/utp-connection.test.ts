import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { NarrowWay } from '../../../kit/narrow-way.ts'
import type { WayOptions } from '../../../kit/narrow-way.ts'
import { someBytes } from '../../../kit/some-bytes.ts'
import { UtpPair } from '../../../kit/utp-pair.ts'

const wide: WayOptions = { bytesPerSecond: 10_000_000, delayMs: 10, queueBytes: 1_000_000 }

suite('a uTP connection', () => {
  test('opens at both ends, carries bytes both ways in order, and ends', async () => {
    const { clock, pair } = await opened()
    const [there, back] = [someBytes(300_000), someBytes(50_000)]
    assert.equal(pair.near.connection?.write(there.subarray(0, 100)), true)
    assert.equal(pair.near.connection?.write(there.subarray(100)), false)
    pair.far.connection?.write(back)
    await clock.advanceUntil(() => pair.far.receivedBytes + pair.near.receivedBytes === 350_000)
    assert.deepEqual(Buffer.concat(pair.far.received), Buffer.from(there))
    assert.deepEqual(Buffer.concat(pair.near.received), Buffer.from(back))
    await clock.advanceUntil(() => pair.near.connection?.unsentBytes === 0)
    assert.equal(pair.near.drains, 1)
    pair.near.connection?.close()
    assert.deepEqual(pair.near.ended, { error: undefined })
    await clock.advanceUntil(() => pair.far.isGone)
    assert.deepEqual(pair.far.ended, { error: undefined })
    await clock.advance(1_000)
    assert.equal(clock.pending, 0)
  })

  test('is not open at the far end before the near one has proved where it is', async () => {
    const clock = new ManualClock()
    const pair = new UtpPair(clock, { there: wide, back: wide })
    await clock.advanceUntil(() => pair.near.isOpen)
    assert.equal(pair.far.isOpen, false)
    pair.near.connection?.write(Buffer.from('x'))
    await clock.advanceUntil(() => pair.far.isOpen)
    close(pair)
  })

  test('loses no byte on a way that loses, repeats and mixes up packets', async () => {
    const fates = fc.array(
      fc.oneof(
        { arbitrary: fc.constant(undefined), weight: 6 },
        { arbitrary: fc.constantFrom('lost' as const, 'late' as const), weight: 1 },
      ),
      { minLength: 200, maxLength: 200 },
    )
    await fc.assert(
      fc.asyncProperty(fates, fates, async (outward, homeward) => {
        const clock = new ManualClock()
        const pair = new UtpPair(clock, {
          there: { ...wide, mishap: (packet) => outward[packet] },
          back: { ...wide, mishap: (packet) => homeward[packet] },
        })
        const bytes = someBytes(150_000)
        pair.near.connection?.write(bytes)
        await clock.advanceUntil(() => pair.far.receivedBytes === bytes.length || pair.near.isGone)
        // Three lost `syn`s in a row are as good as nobody there.
        if (pair.far.isOpen) assert.ok(Buffer.from(bytes).equals(Buffer.concat(pair.far.received)))
        else assert.ok(pair.near.isGone)
        close(pair)
        await clock.advance(1_000)
        assert.equal(clock.pending, 0)
      }),
      { numRuns: 15 },
    )
  })

  test('holds the far side back while it is paused, and goes on when it is not', async () => {
    const { clock, pair } = await opened()
    pair.far.connection?.pause()
    const bytes = someBytes(3_000_000)
    pair.near.connection?.write(bytes)
    await clock.advance(60_000)
    assert.ok(pair.far.receivedBytes === 0 && !pair.near.isGone)
    const unsentBytes = pair.near.connection?.unsentBytes ?? 0
    assert.ok(unsentBytes > 1_900_000 && unsentBytes < 2_000_000, `${unsentBytes}`)
    pair.far.connection?.resume()
    await clock.advanceUntil(() => pair.far.receivedBytes === bytes.length)
    close(pair)
  })

  test('gives up when nobody is there, or nobody any more', async () => {
    const clock = new ManualClock()
    const deaf = new UtpPair(clock, { there: { ...wide, mishap: () => 'lost' }, back: wide })
    await clock.advanceUntil(() => deaf.near.isGone)
    assert.equal(deaf.near.ended?.error?.name, 'OfflineError')
    assert.equal(clock.elapsed(), 7_000)
    let isCut = false
    const cut = new UtpPair(clock, {
      there: { ...wide, mishap: () => (isCut ? 'lost' : undefined) },
      back: wide,
    })
    cut.near.connection?.write(Buffer.from('x'))
    await clock.advanceUntil(() => cut.far.isOpen)
    isCut = true
    cut.near.connection?.write(Buffer.from('y'))
    await clock.advanceUntil(() => cut.near.isGone)
    assert.equal(cut.near.ended?.error?.name, 'OfflineError')
    close(cut)
  })

  test('says that it is there twice a minute, so that the way stays open', async () => {
    const { clock, pair } = await opened()
    const before = pair.seen.length
    await clock.advance(300_000)
    const said = pair.seen.length - before
    assert.ok(said >= 8 && said <= 11, `${said}`)
    close(pair)
  })

  test('is broken off by a reset that knows its numbers, and by no other', async () => {
    const { pair } = await opened()
    const last = pair.seen.at(-1)!
    const reset = { ...last, kind: 'reset', payload: new Uint8Array() } as const
    pair.near.connection?.receive({ ...reset, acknowledged: (last.sequence + 4_000) & 0xffff })
    assert.equal(pair.near.isGone, false)
    pair.near.connection?.receive({ ...reset, acknowledged: last.sequence })
    assert.equal(pair.near.ended?.error?.name, 'OfflineError')
    close(pair)
  })

  test('tells the far side when it is closed before all has arrived', async () => {
    const { clock, pair } = await opened()
    pair.near.connection?.write(someBytes(100_000))
    await clock.advance(5)
    pair.near.connection?.close()
    await clock.advanceUntil(() => pair.far.isGone)
    assert.equal(pair.far.ended?.error?.name, 'OfflineError')
  })
})

suite('the politeness of uTP', () => {
  const line: WayOptions = { bytesPerSecond: 500_000, delayMs: 20, queueBytes: 250_000 }

  test('fills a line alone, and leaves its queue short', async () => {
    const clock = new ManualClock()
    const pair = new UtpPair(clock, { there: line, back: wide })
    const queued: number[] = []
    keepWriting(pair)
    await clock.advance(20_000)
    const before = pair.far.receivedBytes
    for (let second = 0; second < 20; second++) {
      await clock.advance(1_000)
      queued.push(pair.there.queuedMs)
    }
    const share = (pair.far.receivedBytes - before) / (20 * line.bytesPerSecond)
    assert.ok(share > 0.9, `${share} of the line`)
    assert.ok(Math.max(...queued) < 140, `${queued.map(Math.round).join(' ')} ms queued`)
    close(pair)
  })

  test('yields to a flow that fills queues, and takes the line again after it', async () => {
    const clock = new ManualClock()
    const way = new NarrowWay(clock, line)
    const pair = new UtpPair(clock, { there: line, back: wide, via: way })
    keepWriting(pair)
    await clock.advance(20_000)
    const tcp = new QueueFiller(clock, way)
    await clock.advance(10_000)
    const before = pair.far.receivedBytes
    await clock.advance(20_000)
    const during = (pair.far.receivedBytes - before) / (20 * line.bytesPerSecond)
    assert.ok(during < 0.15, `${during} of the line beside TCP`)
    tcp.stop()
    await clock.advance(10_000)
    const after = pair.far.receivedBytes
    await clock.advance(20_000)
    const share = (pair.far.receivedBytes - after) / (20 * line.bytesPerSecond)
    assert.ok(share > 0.8, `${share} of the line after TCP`)
    close(pair)
  })
})

/** As TCP Reno: a window that grows by a packet a round trip, and is halved by a loss. */
class QueueFiller {
  readonly #clock: ManualClock
  readonly #way: NarrowWay
  #window = 4
  #flying = 0
  #isStopped = false
  #lossSettledMs = 0

  constructor(clock: ManualClock, way: NarrowWay) {
    this.#clock = clock
    this.#way = way
    this.#send()
  }

  stop(): void {
    this.#isStopped = true
  }

  #send(): void {
    while (!this.#isStopped && this.#flying < Math.floor(this.#window)) {
      this.#flying += 1
      const before = this.#way.lostPackets
      this.#way.send(1_500, () => this.#clock.after(10, () => this.#acknowledged()))
      if (this.#way.lostPackets > before) this.#clock.after(100, () => this.#lost())
    }
  }

  #acknowledged(): void {
    this.#flying -= 1
    this.#window += 1 / this.#window
    this.#send()
  }

  #lost(): void {
    this.#flying -= 1
    if (this.#clock.elapsed() >= this.#lossSettledMs) {
      this.#window = Math.max(2, this.#window / 2)
      this.#lossSettledMs = this.#clock.elapsed() + 100
    }
    this.#send()
  }
}

async function opened(): Promise<{ clock: ManualClock; pair: UtpPair }> {
  const clock = new ManualClock()
  const pair = new UtpPair(clock, { there: wide, back: wide })
  pair.near.connection?.write(Buffer.from('x'))
  await clock.advanceUntil(() => pair.far.receivedBytes === 1)
  await clock.advance(100)
  pair.far.received.length = 0
  pair.far.receivedBytes = 0
  return { clock, pair }
}

function keepWriting(pair: UtpPair): void {
  const block = someBytes(100_000)
  const write = () => {
    for (let more = true; more;) more = pair.near.connection?.write(block) ?? false
  }
  pair.near.onDrain = write
  write()
}

function close(pair: UtpPair): void {
  pair.near.connection?.close()
  pair.far.connection?.close()
}
