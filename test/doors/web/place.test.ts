import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { inside, nameOf, parentOf, shareOf, trail } from '../../../src/doors/web/place.ts'

suite('a place in the web UI', () => {
  test('has a name, a place above it, and a trail that leads to it', () => {
    assert.equal(nameOf('ana/Photos/a b.jpg'), 'a b.jpg')
    assert.equal(parentOf('ana/Photos/a b.jpg'), 'ana/Photos')
    assert.deepEqual(trail('ana/Photos'), [
      { name: 'ana', place: 'ana' },
      { name: 'Photos', place: 'ana/Photos' },
    ])
  })

  test('has no share while it is above all of them', () => {
    assert.deepEqual(['', 'ana', 'ana/Photos', 'ana/Photos/x'].map(shareOf), [
      '',
      '',
      'ana/Photos',
      'ana/Photos',
    ])
  })

  test('begins with nothing at the top', () => {
    assert.equal(inside('', 'ana'), 'ana')
    assert.equal(parentOf('ana'), '')
    assert.deepEqual(trail(''), [])
  })
})
