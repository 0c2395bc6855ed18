import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { fromHex, toHex } from '../../../../src/base/bytes.ts'
import {
  compareDistance,
  makeNodeId,
  mayBear,
  sharedBits,
} from '../../../../src/networks/bittorrent/dht/node-id.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

/** BEP 42, "test vectors". */
const vectors = [
  ['124.31.75.21', '5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401'],
  ['21.75.31.124', '5a3ce9c14e7a08645677bbd1cfe7d8f956d53256'],
  ['65.23.51.170', 'a5d43220bc8f112a3d426c84764f8c2a1150e616'],
  ['84.124.73.14', '1b0321dd1bb1fe518101ceef99462b947a01ff41'],
  ['43.213.53.83', 'e56f6cbf5b7c4be0237986d5243b87aa6d51305a'],
] as const

suite('the id of a node', () => {
  for (const [host, id] of vectors) {
    test(`may be ${id} at ${host}, and nowhere else`, () => {
      assert.ok(mayBear(host, hex(id)))
      assert.ok(vectors.every(([other]) => mayBear(other, hex(id)) === (other === host)))
    })
  }

  test('is made so that its address may bear it', () => {
    const random = seededRandom('ids')
    for (const host of ['21.75.31.124', '2a02:8106:1::5', '2a02:8106:2::5']) {
      const ids = Array.from({ length: 20 }, () => makeNodeId(host, random))
      assert.ok(ids.every((id) => mayBear(host, id)))
      assert.equal(new Set(ids.map(toHex)).size, 20)
      const changed = Uint8Array.from(ids[0]!)
      changed[2]! ^= 0x08
      assert.equal(mayBear(host, changed), false)
    }
    assert.ok(mayBear('2a02:8106:1:0:7::1', makeNodeId('2a02:8106:1::5', random)))
  })

  test('may be any at home', () => {
    for (const host of ['127.0.0.1', '10.1.2.3', '192.168.0.7', 'fe80::1', 'fd00::5']) {
      assert.ok(mayBear(host, makeNodeId(undefined, seededRandom(host))))
    }
  })

  test('is as far from another as their exclusive or says', () => {
    const id = fc.uint8Array({ minLength: 20, maxLength: 20 })
    const number = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`)
    fc.assert(
      fc.property(id, id, id, (target, a, b) => {
        const [toA, toB] = [number(a) ^ number(target), number(b) ^ number(target)]
        const expected = toA < toB ? -1 : toA > toB ? 1 : 0
        assert.equal(Math.sign(compareDistance(target, a, b)), expected)
        assert.equal(sharedBits(target, a), 160 - (toA === 0n ? 0 : toA.toString(2).length))
      }),
    )
  })
})

function hex(text: string): Uint8Array {
  return fromHex(text) ?? assert.fail(text)
}
