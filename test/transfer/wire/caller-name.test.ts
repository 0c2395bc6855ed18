import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeCallerName, parseCallerName } from '../../../src/transfer/wire/caller-name.ts'

suite('the name that an asker gives itself', () => {
  test('comes back as it went, in letters that a header may hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        const headers = encodeCallerName(name)
        for (const value of Object.values(headers)) assert.match(value, /^[\x21-\x7e]{1,756}$/)
        assert.equal(parseCallerName(headers), name)
      }),
    )
  })

  const refused = {
    'is not there': {},
    'is no encoding': { 'fullmesh-name': '%e4%' },
    'is too long': { 'fullmesh-name': 'a'.repeat(757) },
  }
  for (const [what, headers] of Object.entries(refused)) {
    test(`is none if it ${what}`, () => assert.equal(parseCallerName(headers), ''))
  }
})
