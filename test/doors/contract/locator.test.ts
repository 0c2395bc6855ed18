import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { array, assert as always, property, string } from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import { endsInside, isLink, parseLocator } from '../../../src/doors/contract/locator.ts'

suite('the text form of a place', () => {
  test('is names between slashes', () => {
    assert.deepEqual(parseLocator('ana/Photos/2024'), names('ana', 'Photos', '2024'))
    assert.deepEqual(parseLocator('ana'), names('ana'))
    assert.deepEqual(parseLocator(''), names())
  })

  test('allows a slash at the end, which says that the inside is meant', () => {
    assert.deepEqual(parseLocator('ana/Photos/'), names('ana', 'Photos'))
    assert.equal(endsInside('ana/Photos/ '), true)
    assert.equal(endsInside('ana/Photos'), false)
  })

  test('may be a link with a path behind it', () => {
    assert.deepEqual(parseLocator('fullmesh:abc/2024/a b.jpg'), {
      kind: 'link',
      link: 'fullmesh:abc',
      names: ['2024', 'a b.jpg'],
    })
    assert.deepEqual(parseLocator(' fullmesh:abc '), {
      kind: 'link',
      link: 'fullmesh:abc',
      names: [],
    })
    assert.equal(isLink('fullmesh:abc'), true)
    assert.equal(isLink('ana/fullmesh:abc'), false)
  })

  test('is refused where it looks like a path of this computer, or skips a name', () => {
    for (const text of ['/home/ana', '~/Photos', './a', '../a', '..', 'a//b', 'a/./b', 'a/../b']) {
      assert.throws(() => parseLocator(text), MalformedError, text)
    }
  })

  test('keeps every name as it was', () => {
    const name = string({ minLength: 1, unit: 'grapheme' }).filter(isPlain)
    always(
      property(array(name, { minLength: 1 }), (list) => {
        assert.deepEqual(parseLocator(list.join('/')), names(...list))
      }),
    )
  })
})

function names(...list: readonly string[]) {
  return { kind: 'names', names: list }
}

/** What can't be mistaken for something else at the beginning or end of a place. */
function isPlain(text: string): boolean {
  return text === text.trim() && !/^[~\\]|\/|^\.{1,2}$|^fullmesh:/.test(text)
}
