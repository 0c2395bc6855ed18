import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { equalBytes } from '../../src/base/bytes.ts'
import { errorKind } from '../../src/base/errors.ts'
import { pieceCount, pieceLength } from '../../src/content/content-id.ts'
import { pieceBytes } from '../../src/content/content.ts'
import { expectedPieceHash, isLayerOf, pieceHash } from '../../src/content/hashing/merkle.ts'
import type { FileWanted, Source } from '../../src/transfer/transfer.ts'

/** A source that has just been opened, with what it is known to have. */
export interface SourceUnderTest extends AsyncDisposable {
  readonly source: Source
  /** A file of at least three pieces, the last of them short, and its bytes. */
  readonly large: FileWanted
  readonly largeBytes: Uint8Array
  /** Files of less than a piece, one of them empty, and their bytes. */
  readonly small: readonly (FileWanted & { readonly bytes: Uint8Array })[]
  /** Something that it does not have. */
  readonly missing: FileWanted
  /** Resolves when the source has had time to learn what it has. */
  ready(): Promise<void>
  /** Ends whatever the source stands on: the link, the swarm. */
  cut(): Promise<void>
}

/** What holds for every Source, whichever network it draws from. */
export function sourceContract(name: string, open: () => Promise<SourceUnderTest>): void {
  const signal = new AbortController().signal

  suite(`the contract of a source: ${name}`, () => {
    test('it says what it has, and nothing of what it has not', async () => {
      await using under = await open()
      await under.ready()
      const has = under.source.has(under.large.content)
      assert.ok(has === 'all' || has?.size === pieceCount(under.large.content.length))
    })

    test('it delivers pieces in order, and the last one short', async () => {
      await using under = await open()
      const { source, large, largeBytes } = under
      const count = pieceCount(large.content.length)
      let index = 0
      for await (const piece of source.pieces({ ...large, first: 0, count }, signal)) {
        assert.equal(piece.length, pieceLength(large.content.length, index))
        assert.ok(equalBytes(piece, pieceOf(largeBytes, index)), `piece ${index}`)
        index++
      }
      assert.equal(index, count)
    })

    test('it delivers a run from the middle', async () => {
      await using under = await open()
      const { source, large, largeBytes } = under
      for await (const piece of source.pieces({ ...large, first: 1, count: 1 }, signal)) {
        assert.ok(equalBytes(piece, pieceOf(largeBytes, 1)))
      }
    })

    test('it delivers a layer that leads to the root, and leaves that lead to the layer', async () => {
      await using under = await open()
      const { source, large } = under
      const layer = await source.layer(large, signal)
      assert.ok(isLayerOf(large.content, layer))
      const leaves = await source.leaves(large, 1, signal)
      const expected = expectedPieceHash(large.content, layer, 1)
      assert.ok(equalBytes(pieceHash(leaves, large.content.length), expected))
    })

    test('it delivers small files in order, with nothing in the place of one that it lacks', async () => {
      await using under = await open()
      const { source, small, missing } = under
      const [first, ...rest] = small
      assert.ok(first)
      const wanted = [first, missing, ...rest]
      const came: (Uint8Array | undefined)[] = []
      for await (const bytes of source.smallFiles(wanted, signal)) came.push(bytes)
      assert.equal(came.length, wanted.length)
      for (const [at, file] of wanted.entries()) {
        const expected = small.find((one) => one === file)?.bytes
        const bytes = came[at]
        assert.deepEqual(bytes && Buffer.from(bytes), expected && Buffer.from(expected))
      }
    })

    test('it refuses what it lacks instead of making something up', async () => {
      await using under = await open()
      const { source, missing } = under
      let came = 0
      try {
        for await (const _ of source.pieces({ ...missing, first: 0, count: 1 }, signal)) came++
      } catch (error) {
        assert.ok(['missing', 'changed', 'offline'].includes(errorKind(error)), String(error))
      }
      assert.equal(came, 0)
    })

    test('it stops when it is told to', async () => {
      await using under = await open()
      const { source, large } = under
      const stop = new AbortController()
      const count = pieceCount(large.content.length)
      await assert.rejects(
        async () => {
          for await (const _ of source.pieces({ ...large, first: 0, count }, stop.signal))
            stop.abort()
        },
        (error) => errorKind(error) === 'interrupted',
      )
    })

    test('it is gone when what it stands on has ended, and says so to whoever waits', async () => {
      await using under = await open()
      const { source, large } = under
      await under.ready()
      const gone = new Promise<void>((resolve) => {
        source.gone.addEventListener('abort', () => resolve(), { once: true })
      })
      await under.cut()
      await gone
      await assert.rejects(
        async () => {
          for await (const _ of source.pieces({ ...large, first: 0, count: 1 }, signal));
        },
        (error) => errorKind(error) === 'offline',
      )
    })
  })
}

function pieceOf(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
}
