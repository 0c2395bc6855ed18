import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../src/base/bytes.ts'
import { decodeCbor, decodeNumberedMap, encodeCbor } from '../../src/base/cbor.ts'
import type { CborValue } from '../../src/base/cbor.ts'

const value: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string(),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

suite('deterministic CBOR', () => {
  test('orders map keys by length, then by bytes, whatever the order they were given in', () => {
    assert.equal(toHex(encodeCbor({ bb: 1, a: 2, c: 3 })), 'a361610261630362626201')
    assert.deepEqual(encodeCbor({ c: 3, a: 2, bb: 1 }), encodeCbor({ bb: 1, a: 2, c: 3 }))
  })

  test('comes back as it went', () => {
    fc.assert(
      fc.property(value, (given) => {
        const bytes = encodeCbor(given)
        assert.deepEqual(encodeCbor(decodeCbor(bytes, 'value') as CborValue), bytes)
      }),
    )
  })

  const refused = {
    'a number in a longer form than it needs': '1801',
    'an indefinite length': '9f01ff',
    'a key twice': 'a2616101616102',
    'bytes after the end': '0102',
    'an early end': '8201',
    'nothing at all': '',
    undefined: 'f7',
    'not a number': 'f97e00',
    'a number past 2^53': '1bffffffffffffffff',
    'a tag': 'c101',
    'a float': 'f93e00',
    'a whole number as a float': 'fb3ff0000000000000',
    'keys out of order': 'a2616201616101',
    'keys out of order deep inside': '81a2616282a0a1616301616100',
    'a longer key first': 'a262616101616201',
  }
  for (const [what, hex] of Object.entries(refused)) {
    test(`refuses ${what}`, () => {
      assert.throws(() => decodeCbor(Buffer.from(hex, 'hex'), 'note'), {
        name: 'MalformedError',
        subject: 'note',
      })
    })
  }

  test('keeps the order of keys apart in maps that stand in maps', () => {
    const nested = { a: { b: 1, c: [{ z: 1 }, { a: 1 }] }, b: { a: 1 }, c: [] }
    assert.deepEqual(decodeCbor(encodeCbor(nested), 'note'), nested)
  })

  test('numbered keys ascend, and no other keys are among them', () => {
    const hex = (text: string) => decodeNumberedMap(Buffer.from(text, 'hex'), 'note')
    assert.deepEqual(
      hex('a2000118180a'),
      new Map([
        [0, 1],
        [24, 10],
      ]),
    )
    for (const text of ['a218180a0001', 'a200010002', 'a1616100', '80']) {
      assert.throws(() => hex(text), { name: 'MalformedError' }, text)
    }
  })

  test('refuses nesting that would exhaust the stack, with an error and not a crash', () => {
    const deep = Buffer.concat([Buffer.alloc(1_000_000, 0x81), Buffer.from([0])])
    assert.throws(() => decodeCbor(deep, 'note'), { name: 'MalformedError' })
  })
})
