import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, property, string, uint8Array } from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import {
  parsePeerId,
  peerIdBytes,
  peerIdOf,
  publicKeyOf,
} from '../../../src/mesh/identity/peer-id.ts'

suite('a peer id', () => {
  // RFC 8032, section 7.1, test 1: the public key.
  const key = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
  const text = '25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkena'

  test('is the key in base32', () => {
    assert.equal(peerIdOf(key), text)
    assert.equal(parsePeerId(text), text)
    assert.deepEqual(Buffer.from(peerIdBytes(parsePeerId(text))), key)
    const { x } = publicKeyOf(parsePeerId(text)).export({ format: 'jwk' })
    assert.equal(x, key.toString('base64url'))
  })

  test('may be typed in upper case', () => {
    assert.equal(parsePeerId(text.toUpperCase()), text)
  })

  test('is the same after any key was written and read', () => {
    always(
      property(uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        assert.deepEqual(Buffer.from(peerIdBytes(parsePeerId(peerIdOf(bytes)))), Buffer.from(bytes))
      }),
    )
  })

  test('is refused when it is too short, too long, not canonical or of other characters', () => {
    for (const bad of [
      '',
      text.slice(1),
      `${text}a`,
      `${text.slice(0, -1)}b`,
      `${text.slice(0, -1)}1`,
      `${text.slice(0, -1)} `,
      text.replace('2', 'ü'),
    ]) {
      assert.throws(() => parsePeerId(bad), MalformedError, bad)
    }
    always(
      property(string({ maxLength: 51 }), (other) => {
        assert.throws(() => parsePeerId(other), MalformedError)
      }),
    )
    assert.throws(() => peerIdOf(key.subarray(1)), MalformedError)
  })
})
