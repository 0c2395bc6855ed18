import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { peerWords, words } from '../../../src/mesh/identity/words.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('the words of a peer', () => {
  const { peerId } = testIdentity('ana')

  test('are eight, and always the same', () => {
    assert.equal(peerWords(peerId).split(' ').length, 8)
    assert.equal(peerWords(peerId), 'orchid palace museum chalk spider igloo baker mushroom')
  })

  test('are others for another peer', () => {
    assert.notEqual(peerWords(testIdentity('ben').peerId), peerWords(peerId))
  })

  test('come from 256 that differ in their first four letters', () => {
    assert.equal(new Set(words).size, 256)
    assert.equal(new Set(words.map((word) => word.slice(0, 4))).size, 256)
    assert.ok(words.every((word) => /^[a-z]{3,8}$/.test(word)))
  })
})
