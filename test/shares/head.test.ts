import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { concatBytes, toHex } from '../../src/base/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/base/cbor.ts'
import type { CborValue } from '../../src/base/cbor.ts'
import { parsePageHash } from '../../src/content/content-id.ts'
import { peerIdOf } from '../../src/mesh/identity/peer-id.ts'
import { HeadError } from '../../src/shares/errors.ts'
import { headHash, parseSignedHead, revokedMax, signHead } from '../../src/shares/head.ts'
import type { Head } from '../../src/shares/shares.ts'
import { encodeSealed, parseSealed } from '../../src/shares/statement.ts'
import { testIdentity } from '../kit/test-identity.ts'
import { testHead, testShareKey } from '../kit/test-share.ts'

const key = testShareKey('photos')

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const generation = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const anyHead: fc.Arbitrary<Head> = fc
  .record({
    previous: bytes32.filter((bytes) => bytes.some((byte) => byte > 0)),
    sequence: fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER }),
    summary: fc
      .tuple(bytes32.map(parsePageHash), fc.nat(), fc.nat())
      .map(([tree, files, bytes]) => ({ tree, files, bytes })),
    timeMs: fc.nat(),
    generations: fc.tuple(generation, generation).map(([read, change]) => ({ read, change })),
    indexing: fc.boolean(),
    revoked: fc.uniqueArray(bytes32.map(peerIdOf), { maxLength: revokedMax }),
  })
  .map((head) => testHead(key, head))

suite('a head', () => {
  test('has these bytes', () => {
    const head = testHead(key, { revoked: [testIdentity('mallory').peerId] })
    const field = (name: string, value: string) => toHex(encodeCbor(name)) + value
    assert.equal(
      toHex(signHead(head, key).bytes),
      [
        '8258e6ab',
        field('read', '01'),
        field('time', '1b000001b8dac5b400'),
        field('tree', `5820${'aa'.repeat(32)}`),
        field('bytes', '191000'),
        field('files', '03'),
        field('share', '58200381eb9815e5ecbb5c4acab1b977498ae1084f0493f1a755cc12ad3322a81094'),
        field('change', '01'),
        field('revoked', '815820820584d9737d1b5450e69cdf8b11f191f7d69d3d916f5c4e8338166898c3eeae'),
        field('indexing', 'f4'),
        field('previous', `5820${'00'.repeat(32)}`),
        field('sequence', '01'),
        '5840031d5c17c44240a428601384d37e2e49c67c000824d28fa754ee85b80dc5a806',
        '7854a3fc723dc82d02cc32a9f515604af3d667f97021bc5d70c32d1a7be81500',
      ].join(''),
    )
  })

  test('comes back as it was signed', () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        const { head: back, bytes } = parseSignedHead(signHead(head, key).bytes, key.id)
        assert.deepEqual(
          { ...back, revoked: new Set(back.revoked) },
          { ...head, revoked: new Set(head.revoked) },
        )
        assert.deepEqual(signHead(back, key).bytes, bytes)
      }),
      { numRuns: 50 },
    )
  })

  test('fits into the 4 KiB that a question may bring, with everybody shut out', () => {
    const revoked = Array.from({ length: revokedMax }, (_, at) => testIdentity(`peer ${at}`).peerId)
    assert.ok(signHead(testHead(key, { revoked }), key).bytes.length < 4096)
  })

  test('is refused when any byte is another', () => {
    fc.assert(
      fc.property(anyHead, fc.nat(), fc.integer({ min: 1, max: 255 }), (head, at, change) => {
        const bytes = Uint8Array.from(signHead(head, key).bytes)
        const index = at % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ change
        assert.throws(() => parseSignedHead(bytes, key.id), HeadError)
      }),
    )
  })

  test('is refused when it is cut, or longer', () => {
    const { bytes } = signHead(testHead(key), key)
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => parseSignedHead(bytes.subarray(0, length), key.id), HeadError)
    }
    assert.throws(() => parseSignedHead(Uint8Array.of(...bytes, 0), key.id), HeadError)
    assert.throws(() => parseSignedHead(new Uint8Array(5000), key.id), HeadError)
  })

  test('is refused from another share', () => {
    const other = testShareKey('music')
    const { bytes } = signHead(testHead(other), other)
    assert.throws(() => parseSignedHead(bytes, key.id), /another share/)
    assert.throws(
      () => parseSignedHead(signHead(testHead(key), other).bytes, key.id),
      /has not signed/,
    )
  })

  test('is refused under the signature of another kind of statement', () => {
    const signedElsewhere = {
      ...key,
      sign: (_: string, data: Uint8Array) => key.sign('else', data),
    }
    assert.throws(
      () => parseSignedHead(signHead(testHead(key), signedElsewhere).bytes, key.id),
      /has not signed/,
    )
  })

  test('is refused in any form but its one, whoever signed it', () => {
    const { statement, signature } = parseSealed(signHead(testHead(key), key).bytes, 'head', 4096)
    const map = decodeCbor(statement, 'head') as Record<string, CborValue>
    const { share: _, ...less } = map
    for (const wrong of [
      encodeCbor({ ...map, more: 1 }),
      encodeCbor(less),
      outOfOrder(statement),
    ]) {
      const signed = {
        statement: wrong,
        signature: key.sign('fullmesh head 1', wrong),
        authority: undefined,
      }
      assert.throws(() => parseSignedHead(encodeSealed(signed), key.id), HeadError)
    }
    const withAuthority = encodeSealed({ statement, signature, authority: new Uint8Array(1) })
    assert.throws(() => parseSignedHead(withAuthority, key.id), HeadError)
  })

  test('is refused with impossible fields, whoever signed it', () => {
    for (const change of [
      { sequence: 0 },
      { sequence: 2 },
      { previous: new Uint8Array(32).fill(1) },
      { sequence: 2.5, previous: new Uint8Array(32).fill(1) },
      { timeMs: -1 },
      { generations: { read: 0, change: 1 } },
      { revoked: Array.from({ length: 65 }, (_, at) => testIdentity(`peer ${at}`).peerId) },
    ]) {
      const { bytes } = signHead(testHead(key, change), key)
      assert.throws(() => parseSignedHead(bytes, key.id), HeadError, JSON.stringify(change))
    }
  })

  test('is hashed without its signature, so that signing again makes no other head', () => {
    const head = testHead(key)
    assert.deepEqual(headHash(head), headHash({ ...head }))
    assert.notDeepEqual(headHash(head), headHash({ ...head, timeMs: 0 }))
  })
})

/** The same map with its first field, `read`, behind all others. */
function outOfOrder(statement: Uint8Array): Uint8Array {
  const first = encodeCbor('read').length + 1
  return concatBytes([
    statement.subarray(0, 1),
    statement.subarray(1 + first),
    statement.subarray(1, 1 + first),
  ])
}
