import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  equalBytes,
  fromBase32,
  fromBase64Url,
  fromHex,
  sha256,
  sha256Of,
  toBase32,
  toBase64Url,
  toHex,
} from '../../src/base/bytes.ts'

suite('bytes as text', () => {
  test('base32 as in RFC 4648, in lower case and without padding', () => {
    const vectors = {
      '': '',
      f: 'my',
      fo: 'mzxq',
      foo: 'mzxw6',
      foob: 'mzxw6yq',
      fooba: 'mzxw6ytb',
    }
    for (const [plain, text] of Object.entries(vectors)) {
      assert.equal(toBase32(Buffer.from(plain)), text)
    }
  })

  test('comes back as it went, in each alphabet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (data) => {
        assert.ok(equalBytes(fromBase32(toBase32(data)) ?? Buffer.from('?'), data))
        assert.ok(equalBytes(fromBase64Url(toBase64Url(data)) ?? Buffer.from('?'), data))
        assert.ok(equalBytes(fromHex(toHex(data)) ?? Buffer.from('?'), data))
      }),
    )
  })

  test('is refused in any other spelling, so that one value has one text', () => {
    for (const text of ['MY', 'my======', 'mz', 'm', '1y', 'm y'])
      assert.equal(fromBase32(text), undefined, text)
    for (const text of ['AB', 'a', 'ab g']) assert.equal(fromHex(text), undefined, text)
    for (const text of ['AA==', 'AB', 'a+b/', 'A'])
      assert.equal(fromBase64Url(text), undefined, text)
  })

  test('text that is accepted is what its bytes are written as', () => {
    fc.assert(
      fc.property(
        fc.string({
          maxLength: 20,
          unit: fc.constantFrom('a', 'b', 'm', 'y', 'z', '2', '7', '=', 'A', '1'),
        }),
        (text) => {
          const data = fromBase32(text)
          return data === undefined || toBase32(data) === text
        },
      ),
    )
  })
})

suite('hashes', () => {
  test('of parts are those of the whole', () => {
    const parts = [Buffer.from('full'), Buffer.from(''), Buffer.from('mesh')]
    assert.deepEqual(sha256Of(parts), sha256(Buffer.from('fullmesh')))
    assert.equal(
      toHex(sha256(Buffer.from('abc'))),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
