import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../src/base/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/base/cbor.ts'
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
  }
  for (const [what, hex] of Object.entries(refused)) {
    test(`refuses ${what}`, () => {
      assert.throws(() => decodeCbor(Buffer.from(hex, 'hex'), 'note'), {
        name: 'MalformedError',
        subject: 'note',
      })
    })
  }

  test('refuses nesting that would exhaust the stack, with an error and not a crash', () => {
    const deep = Buffer.concat([Buffer.alloc(1_000_000, 0x81), Buffer.from([0])])
    assert.throws(() => decodeCbor(deep, 'note'), { name: 'MalformedError' })
  })
})
