import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import { toRuns } from '../../../src/transfer/wire/piece-runs.ts'
import {
  encodeWatchFrame,
  holdersMax,
  parseWatchFrame,
  watchFrameBytesMax,
} from '../../../src/transfer/wire/watch-frame.ts'
import type { WatchFrame } from '../../../src/transfer/wire/watch-frame.ts'
import { plain } from '../../kit/plain.ts'
import { anyAddress, anyBytes, anyContent, anyPath, anyPeer } from './arbitraries.ts'

const root = new Uint8Array(32).fill(7)

suite('a frame of the watch stream', () => {
  const anyHave = fc
    .record({
      kind: fc.constant('have' as const),
      content: anyContent,
      pieces: fc.oneof(
        fc.constant('all' as const),
        fc.uniqueArray(fc.nat(2000), { minLength: 1, maxLength: 50 }),
      ),
    })
    .map(({ kind, content, pieces }) => ({
      kind,
      content: { ...content, length: 2001 * pieceBytes },
      pieces: pieces === 'all' ? pieces : pieces.toSorted((a, b) => a - b),
    }))
  const anyHolder = fc.record({
    peer: anyPeer,
    addresses: fc.array(anyAddress, { maxLength: 8 }),
  })
  const anyFrame: fc.Arbitrary<WatchFrame> = fc.oneof(
    fc.record({ kind: fc.constant('head' as const), bytes: anyBytes(400) }),
    anyHave,
    fc.constantFrom<WatchFrame>({ kind: 'whole' }, { kind: 'alive' }),
    fc.record({
      kind: fc.constant('holders' as const),
      holders: fc.array(anyHolder, { maxLength: 9 }),
    }),
    fc.record({
      kind: fc.constant('notice' as const),
      path: anyPath,
      copy: anyPath,
      who: fc.constantFrom('ana', 'B 2'),
    }),
  )

  test('is a map with fixed bytes', () => {
    assert.equal(toHex(encodeWatchFrame({ kind: 'alive' })), 'a1646b696e6465616c697665')
    const have = { kind: 'have', root, length: 3 * pieceBytes, pieces: [0, 1, 2, 1] }
    const frame = parseWatchFrame(encodeCbor(have))
    assert.ok(frame?.kind === 'have')
    assert.deepEqual(frame.pieces, [0, 2])
    assert.equal(toHex(encodeWatchFrame(frame)), toHex(encodeCbor(have)))
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        assert.deepEqual(plain(parseWatchFrame(encodeWatchFrame(frame))), plain(frame))
      }),
    )
  })

  test('of a kind from a later version is skipped', () => {
    assert.equal(parseWatchFrame(encodeCbor({ kind: 'weather', sun: true })), undefined)
  })

  test('fits into its limit with the most holders and the most strewn pieces', () => {
    const [peer] = fc.sample(anyPeer, 1)
    assert.ok(peer)
    const host = '2001:db8:1111:2222:3333:4444:5555:6666'
    const addresses = Array.from({ length: 8 }, () => ({ host, port: 65_535 }))
    const holders = Array.from({ length: holdersMax }, () => ({ peer, addresses }))
    assert.ok(encodeWatchFrame({ kind: 'holders', holders }).length <= watchFrameBytesMax)
    const pieces = Array.from({ length: 4096 }, (_, at) => 1_000_000 + 2 * at)
    const content = { ...(fc.sample(anyContent, 1)[0] ?? assert.fail()), length: 2 ** 41 }
    assert.ok(encodeWatchFrame({ kind: 'have', content, pieces }).length <= watchFrameBytesMax)
  })

  test('keeps the holders of which it can read the addresses, and only those addresses', () => {
    const [peer] = fc.sample(anyPeer, 1)
    const texts = ['192.0.2.7:80', 'example.org:80', '10.0.0.1:0', '[::1', 'x'.repeat(60)]
    const frame = parseWatchFrame(encodeCbor({ kind: 'holders', peers: [[peer ?? '', texts]] }))
    assert.ok(frame?.kind === 'holders')
    assert.deepEqual(frame.holders[0]?.addresses, [{ host: '192.0.2.7', port: 80 }])
  })

  test('is refused when a field is short, long or out of range', () => {
    const have = { kind: 'have', root, length: 3 * pieceBytes }
    for (const value of [
      {},
      { kind: 'head' },
      { kind: 'head', bytes: new Uint8Array(4097) },
      { ...have, pieces: 'some' },
      { ...have, pieces: [0] },
      { ...have, pieces: [0, 4] },
      { ...have, pieces: [3, 1] },
      { ...have, pieces: [1, 1, 0, 1] },
      { ...have, pieces: [0, 2, 1, 1] },
      { ...have, pieces: [0, 0] },
      { ...have, root: new Uint8Array(31), pieces: 'all' },
      { kind: 'holders', peers: Array.from({ length: 65 }, () => ['a'.repeat(52), []]) },
      { kind: 'holders', peers: [['short', []]] },
      { kind: 'holders', peers: [['a'.repeat(52), Array.from({ length: 9 }, () => '1.2.3.4:5')]] },
      { kind: 'notice', path: 'a', copy: 'b' },
    ]) {
      assert.throws(() => parseWatchFrame(encodeCbor(value)), MalformedError, JSON.stringify(value))
    }
  })
})

test('pieces are told as runs', () => {
  assert.deepEqual(toRuns([5, 0, 1, 2, 9, 6]), [0, 3, 5, 2, 9, 1])
  assert.deepEqual(toRuns([]), [])
})
