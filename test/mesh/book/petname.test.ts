import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { array, assert as always, property, string } from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import { freePetname, parsePetname, petnameKey } from '../../../src/mesh/book/petname.ts'

suite('a petname', () => {
  test('is what the user typed, without the space around it', () => {
    assert.equal(parsePetname(' Ana’s laptop '), 'Ana’s laptop')
    assert.equal(parsePetname('e\u0301va'), '\u00e9va')
    assert.equal(parsePetname('🐢'.repeat(40)), '🐢'.repeat(40))
  })

  for (const text of [
    '',
    ' ',
    '\u200b',
    'a\u202eb',
    'a\nb',
    'a\u001b[1m',
    'ana/share',
    'a\\b',
    'a'.repeat(41),
  ]) {
    test(`${JSON.stringify(text)} is none`, () => {
      assert.throws(() => parsePetname(text), MalformedError)
    })
  }

  test('that another has gets a number behind it, and stays short enough', () => {
    const taken = (...names: string[]) => {
      const keys = new Set(names.map(petnameKey))
      return (key: string) => keys.has(key)
    }
    assert.equal(freePetname('Ana', taken('Bob')), 'Ana')
    assert.equal(freePetname('Ana', taken('ANA')), 'Ana 2')
    assert.equal(freePetname('Ana', taken('ana', 'Ana 2', 'Ana 3')), 'Ana 4')
    assert.equal(freePetname('Ａna', taken('ana')), 'Ａna 2')
    assert.equal(freePetname('a'.repeat(40), taken('a'.repeat(40))), `${'a'.repeat(38)} 2`)
  })

  test('is free, whoever has which name', () => {
    always(
      property(string({ minLength: 1, maxLength: 40 }), array(string()), (wanted, others) => {
        const keys = new Set([wanted, ...others].map(petnameKey))
        assert.ok(!keys.has(petnameKey(freePetname(wanted, (key) => keys.has(key)))))
      }),
    )
  })
})
