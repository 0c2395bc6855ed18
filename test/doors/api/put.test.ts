import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MissingError } from '../../../src/base/errors.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import type { LocalEntry } from '../../../src/doors/api/local-files.ts'
import { putLines } from '../../../src/doors/api/put.ts'
import type { PutParts } from '../../../src/doors/api/put.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import type { RemoteEditor } from '../../../src/transfer/transfer.ts'
import { collect } from '../../kit/collect.ts'
import { MemoryFiles } from '../../kit/doors/memory-files.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

const { signal } = new AbortController()

suite('a put of many files', () => {
  test('goes on when one of them is refused', async () => {
    const parts = putOf(20, async ({ path }) => {
      if (path === 'box/7') throw new MissingError('It was removed meanwhile.')
    })
    const lines = await collect(putLines(parts, signal))
    const refused = lines.flatMap((line) => (line.kind === 'refused' ? line.path : []))
    assert.deepEqual(refused, ['7'])
    const last = lines.at(-1)
    assert.deepEqual(last?.kind === 'done' && last.filesDone, 19)
  })

  test('ends when each of them would fail', async () => {
    let tried = 0
    const parts = putOf(100, async () => {
      tried++
      throw new OfflineError('bob is away.')
    })
    await assert.rejects(collect(putLines(parts, signal)), OfflineError)
    assert.ok(tried < 20, `${tried} were tried`)
  })

  test('does a few at once, not all', async () => {
    let [now, most] = [0, 0]
    const parts = putOf(50, async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
    })
    await collect(putLines(parts, signal))
    assert.equal(most, 8)
  })

  test('stops when whoever asked for it has gone', async () => {
    let begun = 0
    const parts = putOf(1000, async (_change, stop) => {
      begun++
      parts.clock.tick()
      await new Promise((resolve) => setImmediate(resolve))
      if (stop.aborted) throw new OfflineError('stopped')
    })
    for await (const line of putLines(parts, signal)) {
      assert.equal(line.kind, 'progress')
      break
    }
    assert.ok(begun < 50, `${begun} were begun`)
  })
})

class TickingClock extends ManualClock {
  #ticks = 0
  tick(): void {
    this.#ticks++
  }
  override elapsed(): number {
    return this.#ticks * 1000
  }
}

function putOf(
  count: number,
  put: (change: { path: string }, stop: AbortSignal) => Promise<void>,
): PutParts & { clock: TickingClock } {
  const files = Array.from({ length: count }, (_, at): LocalEntry => ({
    kind: 'file',
    path: String(at),
    absolutePath: `/nowhere/${at}`,
    bytes: 1,
    attributes: { mtimeMs: 0, executable: false },
  }))
  const memory = new MemoryFiles({})
  const editor: RemoteEditor = {
    ...memory.editor(),
    put: async (_file, change, onProgress, stop) => {
      onProgress(1)
      await put(change, stop)
      return { path: change.path, outcome: 'done', sequence: 1 }
    },
  }
  const target = parseSharePath('box')
  return {
    plan: { target, isSingle: false, files, emptyDirectories: [], isNew: true },
    reader: memory.reader(),
    editor,
    base: undefined,
    clock: new TickingClock(),
    placeOf: (path) => path,
  }
}
