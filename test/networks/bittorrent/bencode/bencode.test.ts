import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MalformedError } from '../../../../src/base/errors.ts'
import { BencodedDictionary } from '../../../../src/networks/bittorrent/bencode/bencode.ts'
import type { Bencoded } from '../../../../src/networks/bittorrent/bencode/bencode.ts'
import {
  decode,
  decodeDictionary,
  decodeFirst,
} from '../../../../src/networks/bittorrent/bencode/decode.ts'
import { encode } from '../../../../src/networks/bittorrent/bencode/encode.ts'
import type { Encodable } from '../../../../src/networks/bittorrent/bencode/encode.ts'

suite('bencoding', () => {
  test('reads each kind of value', () => {
    assert.equal(decode(ascii('i-42e')), -42)
    assert.equal(decode(ascii('i9223372036854775807e')), 9223372036854775807n)
    assert.deepEqual(decode(ascii('4:spam')), Buffer.from('spam'))
    assert.deepEqual(decode(ascii('l0:i0ee')), [Buffer.alloc(0), 0])
    const cow = decodeDictionary(ascii('d3:cow3:moo4:spaml1:aee'))
    assert.equal(cow.text('cow'), 'moo')
    assert.equal(cow.integer('cow'), undefined)
    assert.equal(cow.list('spam')?.length, 1)
  })

  test('keeps the bytes of a dictionary as they came', () => {
    const outer = decodeDictionary(ascii('d4:infod1:bi1e1:ai2eee'), { keys: 'any' })
    const inner = outer.dictionary('info')
    assert.deepEqual(inner && Buffer.from(inner.raw).toString(), 'd1:bi1e1:ai2ee')
    assert.deepEqual(Buffer.from(encode([inner ?? 0])).toString(), 'ld1:bi1e1:ai2eee')
  })

  test('tells where the first value ends', () => {
    assert.equal(decodeFirst(ascii('i1eXYZ')).end, 3)
  })

  const refused = {
    'nothing at all': '',
    'a number without end': 'i12',
    'a number with a leading zero': 'i012e',
    'minus nothing': 'i-0e',
    'an empty number': 'ie',
    'a number of more than 64 bits': 'i9223372036854775808e',
    'a length with a leading zero': '04:spam',
    'a length without digits': ':spam',
    'a string that is too short': '5:spam',
    'a string of two gigabytes': '2147483648:spam',
    'a list without end': 'li1e',
    'an end without beginning': 'e',
    'a key that is no string': 'di1ei2ee',
    'a key without value': 'd1:ae',
    'keys out of order': 'd1:bi1e1:ai2ee',
    'a key twice': 'd1:ai1e1:ai2ee',
    'something behind it': 'i1ei2e',
  }
  for (const [what, text] of Object.entries(refused)) {
    test(`refuses ${what}`, () => {
      assert.throws(() => decode(ascii(text)), MalformedError)
    })
  }

  test('takes keys out of order only where that is asked for, and never one twice', () => {
    assert.ok(decode(ascii('d1:bi1e1:ai2ee'), { keys: 'any' }) instanceof BencodedDictionary)
    assert.throws(() => decode(ascii('d1:ai1e1:bi1e1:ai2ee'), { keys: 'any' }), MalformedError)
  })

  test('holds out against endless depth and endless values', () => {
    assert.ok(decode(ascii('l'.repeat(100) + 'e'.repeat(100))))
    assert.throws(() => decode(ascii('l'.repeat(101) + 'e'.repeat(101))), /too deep/)
    assert.throws(() => decode(Buffer.alloc(3_000_000, 'l')), /too deep/)
    assert.throws(() => decode(ascii(`l${'i1e'.repeat(20)}e`), { tokensMax: 20 }), /too many/)
  })

  test('reads what it wrote', () => {
    const value = fc.letrec<{ value: Encodable }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.maxSafeInteger(),
        fc.uint8Array(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .uniqueArray(fc.tuple(fc.string({ unit: 'binary-ascii' }), tie('value')), {
            maxLength: 4,
            selector: ([key]) => key,
          })
          .map((entries) => new Map(entries)),
      ),
    })).value
    fc.assert(fc.property(value, (one) => assert.deepEqual(plain(decode(encode(one))), plain(one))))
  })

  test('writes keys in the order of their bytes', () => {
    assert.equal(
      Buffer.from(encode({ b: 1, ä: 2, a: undefined, B: 3 })).toString(),
      'd1:Bi3e1:bi1e2:äi2ee',
    )
  })

  test('fails on noise with nothing but a refusal', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('dlie0123456789:-ab')) }),
        (text) => {
          try {
            decode(ascii(text))
          } catch (error) {
            assert.ok(error instanceof MalformedError)
          }
        },
      ),
    )
  })
})

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

/** The same as plain values, sorted, so that both sides can be compared. */
function plain(value: Bencoded | Encodable): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof BencodedDictionary) return plain(value.entries)
  if (value instanceof Map) {
    return Object.fromEntries(Array.from(value, ([key, item]) => [key, plain(item as Encodable)]))
  }
  return Array.isArray(value) ? value.map((item: Encodable) => plain(item)) : value
}
