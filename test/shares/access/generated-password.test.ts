import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { words } from '../../../src/mesh/identity/words.ts'
import { generatedPassword } from '../../../src/shares/access/generated-password.ts'
import { isShortPassword, parsePassword } from '../../../src/shares/access/password.ts'
import { seededRandom } from '../../kit/seeded-random.ts'

suite('a generated password', () => {
  test('is six words of the list, one for each byte of chance', () => {
    const chosen = generatedPassword({
      bytes: (count) => Uint8Array.from({ length: count }, (_, at) => at * 51),
    })
    assert.deepEqual(
      chosen.split('-'),
      [0, 51, 102, 153, 204, 255].map((at) => words[at]),
    )
  })

  test('has 48 bits: no word is there twice, and none is missing', () => {
    assert.equal(new Set(words).size, 256)
    assert.equal(2 ** 48, new Set(words).size ** 6)
  })

  test('can be used as it is', () => {
    const random = seededRandom('passwords')
    const passwords = Array.from({ length: 100 }, () => generatedPassword(random))
    for (const password of passwords) {
      assert.equal(parsePassword(password), password)
      assert.equal(isShortPassword(password), false)
    }
    assert.equal(new Set(passwords).size, 100)
  })
})
