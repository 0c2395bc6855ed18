import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, array, constantFrom, property } from 'fast-check'
import { nameFits } from '../../../src/doors/api/name-pattern.ts'

suite('a pattern of names', () => {
  test('without stars is a part of the name, whatever its case', () => {
    assert.equal(nameFits('each')('Beach.JPG'), true)
    assert.equal(nameFits('.jpg')('Beach.JPG'), true)
    assert.equal(nameFits('sea')('Beach.JPG'), false)
  })

  test('with stars or question marks is the whole of it', () => {
    const letters = array(constantFrom('a', 'b', '.', '*', '?'), { maxLength: 8 })
    const name = array(constantFrom('a', 'b', '.'), { maxLength: 8 })
    always(
      property(letters, name, (pattern, text) => {
        const source = [...pattern, '*'].join('')
        const dots = source.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        const expected = new RegExp(`^${dots}$`).test(text.join(''))
        assert.equal(nameFits(source)(text.join('')), expected)
      }),
    )
  })

  test('takes no longer for a hostile pattern', () => {
    assert.equal(nameFits(`${'*a'.repeat(120)}b`)('a'.repeat(255)), false)
  })
})
