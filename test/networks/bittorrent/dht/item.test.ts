import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { suite, test } from 'node:test'
import { fromHex, toHex } from '../../../../src/base/bytes.ts'
import { ItemStore } from '../../../../src/networks/bittorrent/dht/item-store.ts'
import {
  immutableTarget,
  isAt,
  isSigned,
  mutableTarget,
  signedItem,
  targetOf,
} from '../../../../src/networks/bittorrent/dht/item.ts'
import type { MutableItem } from '../../../../src/networks/bittorrent/dht/item.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'

/** BEP 44, "test vectors". */
const key = hex('77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548')
const value = Buffer.from('12:Hello World!')
const plain: MutableItem = {
  kind: 'mutable',
  value,
  key,
  salt: new Uint8Array(),
  sequence: 1,
  signature: hex(
    '305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01',
  ),
}
const salted: MutableItem = {
  ...plain,
  salt: Buffer.from('foobar'),
  signature: hex(
    '6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17ddf9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08',
  ),
}

suite('an item of the DHT', () => {
  test('lies where its hash or its key says', () => {
    assert.equal(toHex(immutableTarget(value)), 'e5f96f6f38320f0f33959cb4d3d656452117aadb')
    assert.equal(toHex(targetOf(plain)), '4a533d47ec9c7d95b1ad75f576cffc641853b750')
    assert.equal(toHex(targetOf(salted)), '411eba73b6f087ca51a3795d9c8c938d365e32c1')
    const other = hex('8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e')
    assert.equal(
      toHex(mutableTarget(other, new Uint8Array())),
      'cc3f9d90b572172053626f9980ce261a850d050b',
    )
    assert.equal(toHex(mutableTarget(other, hex('6e'))), '59ee7c2cb9b4f7eb1986ee2d18fd2fdb8a56554f')
  })

  test('is signed over salt, sequence and value', () => {
    assert.equal(Buffer.from(signedItem(plain)).toString(), '3:seqi1e1:v12:Hello World!')
    assert.equal(
      Buffer.from(signedItem(salted)).toString(),
      '4:salt6:foobar3:seqi1e1:v12:Hello World!',
    )
    assert.ok(isSigned(plain) && isSigned(salted))
    assert.ok(!isSigned({ ...plain, sequence: 2 }))
    assert.ok(!isSigned({ ...plain, value: Buffer.from('12:Hello World?') }))
    assert.ok(!isSigned({ ...plain, signature: plain.signature.subarray(1) }))
    assert.ok(!isSigned({ ...plain, key: key.subarray(1) }))
  })

  test('is none when it does not belong to where it was found', () => {
    assert.ok(isAt(plain, targetOf(plain)))
    assert.ok(!isAt(plain, targetOf(salted)))
    assert.ok(!isAt({ ...plain, sequence: 2 }, targetOf(plain)))
    assert.ok(isAt({ kind: 'immutable', value }, immutableTarget(value)))
    assert.ok(!isAt({ kind: 'immutable', value: Buffer.from('1:x') }, immutableTarget(value)))
  })
})

suite('the items that others keep here', () => {
  const owner = generateKeyPairSync('ed25519')
  const ownKey = owner.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)

  test('are kept for two hours, and only newer ones take their place', async () => {
    const clock = new ManualClock()
    const store = new ItemStore(clock)
    assert.equal(store.put(made(1, '1:a'), undefined), undefined)
    assert.equal(store.put(made(0, '1:b'), undefined)?.code, 302)
    assert.equal(store.put(made(1, '1:b'), undefined)?.code, 302)
    assert.equal(store.put(made(1, '1:a'), undefined), undefined)
    assert.equal(store.put(made(3, '1:c'), 2)?.code, 301)
    assert.equal(store.put(made(3, '1:c'), 1), undefined)
    const target = targetOf(made(3, '1:c'))
    assert.equal(Buffer.from(store.get(target)?.value ?? []).toString(), '1:c')
    await clock.advance(2 * 60 * 60_000 + 1)
    assert.equal(store.get(target), undefined)
  })

  test('are refused when they are too large or not signed', () => {
    const store = new ItemStore(new ManualClock())
    const large = Buffer.from(`997:${'x'.repeat(997)}`)
    assert.equal(store.put({ kind: 'immutable', value: large }, undefined)?.code, 205)
    assert.equal(store.put({ ...plain, salt: new Uint8Array(65) }, undefined)?.code, 207)
    assert.equal(store.put({ ...plain, sequence: 9 }, undefined)?.code, 206)
    assert.equal(store.get(targetOf(plain)), undefined)
  })

  test('are no more than there is room for: the oldest go', () => {
    const store = new ItemStore(new ManualClock())
    const valueOf = (at: number) => Buffer.from(`i${at}e`)
    for (let at = 0; at < 701; at++) store.put({ kind: 'immutable', value: valueOf(at) }, undefined)
    assert.equal(store.get(immutableTarget(valueOf(0))), undefined)
    assert.ok(store.get(immutableTarget(valueOf(1))))
  })

  function made(sequence: number, text: string): MutableItem {
    const unsigned = { value: Buffer.from(text), salt: new Uint8Array(), sequence }
    const signature = sign(null, signedItem(unsigned), owner.privateKey)
    return { kind: 'mutable', key: ownKey, signature, ...unsigned }
  }
})

function hex(text: string): Uint8Array {
  return fromHex(text) ?? assert.fail(text)
}
