import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { InterruptedError } from '../../../src/base/errors.ts'
import { silentLog } from '../../../src/base/log.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { Topic } from '../../../src/base/topic.ts'
import { parseRootText, pieceLength } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import type { ContentId, SharePath, Stage } from '../../../src/content/content.ts'
import { CorruptError, DiskFullError } from '../../../src/content/errors.ts'
import { fetchContent } from '../../../src/transfer/swarm/fetch-content.ts'
import type { FetchOptions } from '../../../src/transfer/swarm/fetch-content.ts'
import type { Source } from '../../../src/transfer/transfer.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

const count = 12
const content: ContentId = {
  root: parseRootText('ab'.repeat(32)),
  length: count * pieceBytes - 1000,
}
const never = new AbortController().signal

/** Piece `index` as it should be: all bytes are its number. */
function rightPiece(index: number): Uint8Array {
  return new Uint8Array(pieceLength(content.length, index)).fill(index)
}

class FakeStage implements Stage {
  readonly content = content
  readonly pieces = count
  readonly have = new Set<number>()
  hasLayer = false
  full = false
  async acceptLayer(layer: Uint8Array): Promise<void> {
    if (layer.length !== 32 * count) throw new CorruptError('wrong layer')
    this.hasLayer = true
  }
  async write(index: number, bytes: Uint8Array): Promise<void> {
    if (this.full) throw new DiskFullError(1, 0)
    if (bytes[0] !== index) throw new CorruptError('wrong piece')
    this.have.add(index)
  }
  async read(): Promise<Uint8Array> {
    throw new Error('not read here')
  }
  async close(): Promise<void> {}
  async discard(): Promise<void> {}
}

interface FakeSource extends Source {
  readonly asked: number[]
}

function source(
  id: string,
  has: 'all' | number[],
  pieces: (index: number) => Promise<Uint8Array> = async (index) => rightPiece(index),
): FakeSource {
  const asked: number[] = []
  return {
    id,
    near: false,
    asked,
    has: () => (has === 'all' ? 'all' : new Set(has)),
    gained: new Topic(),
    gone: never,
    roundTripMs: 1,
    async *pieces({ first, count: run }) {
      for (let index = first; index < first + run; index++) {
        asked.push(index)
        yield await pieces(index)
      }
    },
    async *smallFiles() {},
    layer: async () => new Uint8Array(32 * count),
    leaves: async () => new Uint8Array(0),
  }
}

/** Rejects when the signal fires, and not before. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new InterruptedError(signal.reason)))
  })
}

interface Watched extends FetchOptions {
  readonly brought: Map<string, number>
  readonly blamed: string[]
}

function options(stage: Stage, sources: Source[]): Watched {
  const brought = new Map<string, number>()
  const blamed: string[] = []
  return {
    wanted: { path: 'film.mkv' as SharePath, content },
    stage,
    sources: () => sources,
    sourcesChanged: new Topic(),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    onPiece: (from) => brought.set(from.id, (brought.get(from.id) ?? 0) + 1),
    onBlame: (from) => blamed.push(from.id),
    brought,
    blamed,
  }
}

suite('fetching one content from several sources', () => {
  test('brings every piece exactly once from a single source', async () => {
    const stage = new FakeStage()
    const owner = source('owner', 'all')
    await fetchContent(options(stage, [owner]), never)
    assert.equal(stage.have.size, count)
    assert.equal(owner.asked.length, count)
  })

  test('does not ask again for what an earlier run brought', async () => {
    const stage = new FakeStage()
    for (const index of [0, 3, 7]) stage.have.add(index)
    const owner = source('owner', 'all')
    await fetchContent(options(stage, [owner]), never)
    assert.equal(owner.asked.length, count - 3)
  })

  test('draws from holders of parts as well as from the owner', async () => {
    const stage = new FakeStage()
    const fetch = options(stage, [
      source('owner', 'all'),
      source('b', [0, 1, 2, 3, 4, 5]),
      source('c', [6, 7, 8, 9, 10, 11]),
    ])
    await fetchContent(fetch, never)
    assert.deepEqual([...fetch.brought.keys()].toSorted(), ['b', 'c', 'owner'])
  })

  test('never asks a liar again, and finishes without it', async () => {
    const stage = new FakeStage()
    const liar = source('liar', 'all', async (index) => rightPiece(index).fill(99))
    const fetch = options(stage, [liar, source('owner', 'all')])
    await fetchContent(fetch, never)
    assert.equal(stage.have.size, count)
    assert.equal(fetch.brought.get('liar'), undefined)
    assert.deepEqual([...new Set(fetch.blamed)], ['liar'])
  })

  test('asks anew when a source has fallen silent, instead of waiting for it', async () => {
    const clock = new ManualClock()
    const stage = new FakeStage()
    let questions = 0
    const owner = source('owner', 'all')
    const silent: Source = {
      ...owner,
      async *pieces(run, signal) {
        if (questions++ === 0) await aborted(signal)
        yield* owner.pieces(run, signal)
      },
    }
    const fetched = fetchContent({ ...options(stage, [silent]), clock }, never)
    await clock.advanceUntil(() => stage.have.size === count, { stepMs: 1_000 })
    await fetched
    assert.ok(questions > 1)
  })

  test('says so when everybody lies', async () => {
    const liar = source('liar', 'all', async (index) => rightPiece(index).fill(99))
    await assert.rejects(fetchContent(options(new FakeStage(), [liar]), never), { kind: 'corrupt' })
  })

  test('refuses pieces of the wrong length', async () => {
    const liar = source('liar', 'all', async (index) => rightPiece(index).subarray(1))
    await assert.rejects(fetchContent(options(new FakeStage(), [liar]), never), { kind: 'corrupt' })
  })

  test('goes on with the others when one goes away in the middle', async () => {
    const stage = new FakeStage()
    let sent = 0
    const leaver = source('leaver', 'all', async (index) => {
      if (++sent > 2) throw new Error('gone')
      return rightPiece(index)
    })
    const leaving: Source = {
      ...leaver,
      async *pieces(run, signal) {
        try {
          yield* leaver.pieces(run, signal)
        } catch {
          return
        }
      },
    }
    await fetchContent(options(stage, [leaving, source('owner', 'all')]), never)
    assert.equal(stage.have.size, count)
  })

  test('keeps what came and says that nobody is there when the last holder is missing pieces', async () => {
    const stage = new FakeStage()
    await assert.rejects(fetchContent(options(stage, [source('b', [0, 1, 2])]), never), {
      kind: 'offline',
    })
    assert.deepEqual(stage.have, new Set([0, 1, 2]))
  })

  test('stops at once when the disk is full', async () => {
    const stage = new FakeStage()
    stage.full = true
    await assert.rejects(fetchContent(options(stage, [source('owner', 'all')]), never), {
      kind: 'full',
    })
  })

  test('ends with its signal, and leaves no request behind', async () => {
    const stop = new AbortController()
    let open = 0
    let opened: () => void = () => {}
    const asked = new Promise<void>((resolve) => (opened = resolve))
    const hanging: Source = {
      ...source('owner', 'all'),
      async *pieces(_run, signal) {
        open++
        opened()
        try {
          yield await new Promise<Uint8Array>((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('cancelled')))
          })
        } finally {
          open--
        }
      },
    }
    const fetch = fetchContent(options(new FakeStage(), [hanging]), stop.signal)
    await asked
    stop.abort()
    await assert.rejects(fetch, { kind: 'interrupted' })
    assert.equal(open, 0)
  })
})
