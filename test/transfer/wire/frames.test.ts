import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { concatBytes } from '../../../src/base/bytes.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import { joinedFrame, joinedFrames, readFrames } from '../../../src/transfer/wire/frames.ts'
import type { FrameLimits } from '../../../src/transfer/wire/frames.ts'
import { plain } from '../../kit/plain.ts'
import { anyBytes } from './arbitraries.ts'

suite('frames', () => {
  test('are a length of four bytes, and as many bytes', () => {
    assert.deepEqual([...joinedFrame(Uint8Array.of(7, 8, 9))], [0, 0, 0, 3, 7, 8, 9])
    assert.deepEqual([...joinedFrame(new Uint8Array())], [0, 0, 0, 0])
    assert.deepEqual([...concatBytes([...joinedFrames([undefined])])], [255, 255, 255, 255])
  })

  test('of small things are sent together, and those of large ones as they are', () => {
    const large = new Uint8Array(100_000).fill(7)
    const parts = [...joinedFrames([Uint8Array.of(5), undefined, large, Uint8Array.of(6)])]
    assert.deepEqual(
      parts.map(({ length }) => length),
      [4 + 1 + 4 + 4, 100_000, 4 + 1],
    )
    assert.equal(parts[1], large)
    const many = Array.from({ length: 1_000 }, (_, at) => new Uint8Array(500).fill(at))
    const chunks = [...joinedFrames(many)]
    assert.ok(chunks.length < 10 && chunks.every(({ length }) => length <= 70_000))
  })

  test('come out as they went in, however the stream is cut', async () => {
    const anyFrames = fc.array(fc.option(anyBytes(40), { nil: undefined }), { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(anyFrames, fc.integer({ min: 1, max: 9 }), async (items, cut) => {
        const bytes = concatBytes([...joinedFrames(items)])
        const read = await readAll(inCuts(bytes, cut), { frameBytesMax: 40, framesMax: 10 })
        assert.deepEqual(plain(read), plain(items))
      }),
    )
  })

  test('over the limit are refused before their bytes come', async () => {
    let taken = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(0, 0, 1, 1)
      for (;;) {
        taken++
        yield new Uint8Array(1000)
      }
    }
    await assert.rejects(readAll(endless(), { frameBytesMax: 256 }), MalformedError)
    assert.equal(taken, 0)
  })

  test('of exactly the limit are taken', async () => {
    const bytes = joinedFrame(new Uint8Array(256))
    assert.equal((await readAll(inCuts(bytes, 100), { frameBytesMax: 256 })).length, 1)
  })

  test('that do not end are refused at the first too many', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield joinedFrame(Uint8Array.of(1))
    }
    await assert.rejects(readAll(endless(), { frameBytesMax: 9, framesMax: 3 }), MalformedError)
  })

  test('that break off in the middle are refused', async () => {
    const bytes = joinedFrame(Uint8Array.of(1, 2, 3))
    for (let length = 1; length < bytes.length; length++) {
      const cut = inCuts(bytes.subarray(0, length), 2)
      await assert.rejects(readAll(cut, { frameBytesMax: 9 }), MalformedError)
    }
  })
})

async function readAll(
  body: AsyncIterable<Uint8Array>,
  limits: FrameLimits,
): Promise<(Uint8Array | undefined)[]> {
  const frames: (Uint8Array | undefined)[] = []
  for await (const data of readFrames(body, limits)) frames.push(data)
  return frames
}

async function* inCuts(bytes: Uint8Array, cut: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut)
}
