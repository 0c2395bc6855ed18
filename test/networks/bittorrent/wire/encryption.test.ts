import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ByteChannel } from '../../../../src/networks/bittorrent/wire/encryption/byte-queue.ts'
import {
  KeyAgreement,
  takenMethod,
} from '../../../../src/networks/bittorrent/wire/encryption/encryption.ts'
import type { EncryptionPolicy } from '../../../../src/networks/bittorrent/wire/encryption/encryption.ts'
import { initiateEncryption } from '../../../../src/networks/bittorrent/wire/encryption/initiate.ts'
import { Rc4 } from '../../../../src/networks/bittorrent/wire/encryption/rc4.ts'
import { respondEncryption } from '../../../../src/networks/bittorrent/wire/encryption/respond.ts'
import { ProtocolError } from '../../../../src/networks/bittorrent/wire/protocol-error.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

suite('RC4', () => {
  test('gives the streams of RFC 6229', () => {
    const stream = new Uint8Array(16)
    new Rc4(Buffer.from('0102030405', 'hex')).apply(stream)
    assert.equal(Buffer.from(stream).toString('hex'), 'b2396305f03dc027ccc3524a0a1118a8')
    const later = new Uint8Array(16)
    const cipher = new Rc4(Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'))
    cipher.skip(1024)
    cipher.apply(later)
    assert.equal(Buffer.from(later).toString('hex'), 'bdf0324e6083dcc6d3cedd3ca8c53c16')
  })
})

suite('encryption of a connection', () => {
  const swarm = new Uint8Array(20).fill(7)

  for (const [a, b, encrypted] of [
    ['preferred', 'preferred', false],
    ['forced', 'preferred', true],
    ['preferred', 'forced', true],
    ['forced', 'forced', true],
  ] as const) {
    test(`${a} meets ${b}: both agree how to go on`, async () => {
      const { ciphers, responded } = await meet(a, b)
      assert.deepEqual(Buffer.from(responded.first), Buffer.from('hello'))
      assert.equal(ciphers.out !== undefined, encrypted)
      assert.equal(responded.ciphers.in !== undefined, encrypted)
      const text = Buffer.from('what follows')
      ciphers.out?.apply(text)
      responded.ciphers.in?.apply(text)
      assert.equal(text.toString(), 'what follows')
    })
  }

  test('whoever asks for an unknown swarm is refused', async () => {
    await assert.rejects(meet('forced', 'forced', [new Uint8Array(20)]), /not here/)
  })

  test('a key that gives the secret away is refused', () => {
    const agreement = new KeyAgreement(seededRandom(1))
    assert.equal(agreement.publicKey.length, 96)
    assert.throws(() => agreement.secretWith(new Uint8Array(96)), ProtocolError)
  })

  test('what was not offered is not taken', () => {
    assert.equal(takenMethod(3, 'preferred'), 'plain')
    assert.equal(takenMethod(2, 'preferred'), 'rc4')
    assert.throws(() => takenMethod(1, 'forced'), ProtocolError)
    assert.throws(() => takenMethod(0, 'preferred'), ProtocolError)
  })

  async function meet(a: EncryptionPolicy, b: EncryptionPolicy, swarms = [swarm]) {
    const [left, right] = channelPair()
    const [first, random] = [Buffer.from('hello'), seededRandom('a')]
    const [ciphers, responded] = await Promise.all([
      initiateEncryption(left, { swarm, policy: a, random, first }),
      respondEncryption(right, { swarms, policy: b, random: seededRandom('b') }).catch((error) => {
        left.fail(error)
        throw error
      }),
    ])
    return { ciphers, responded }
  }
})

/** Two ends of a pipe in memory. */
class PipeEnd implements ByteChannel {
  other: PipeEnd | undefined
  #held = Buffer.alloc(0)
  #wake = () => {}
  #failure: Error | undefined

  fail(error: Error): void {
    this.#failure = error
    this.#wake()
  }

  write(bytes: Uint8Array): void {
    this.other?.receive(bytes)
  }

  receive(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes])
    this.#wake()
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#more()
    const taken = Buffer.from(this.#held.subarray(0, count))
    this.#held = this.#held.subarray(count)
    return taken
  }

  async takeThrough(pattern: Uint8Array, skipMax: number): Promise<void> {
    while (this.#held.indexOf(pattern) < 0) await this.#more()
    const at = this.#held.indexOf(pattern)
    assert.ok(at <= skipMax)
    await this.take(at + pattern.length)
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = () => (this.#failure ? reject(this.#failure) : resolve())
      if (this.#failure) reject(this.#failure)
    })
  }
}

function channelPair(): [PipeEnd, PipeEnd] {
  const [left, right] = [new PipeEnd(), new PipeEnd()]
  left.other = right
  right.other = left
  return [left, right]
}
