import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { hrefOf, parseAddress } from '../../../../src/doors/drive/http/address.ts'

suite('an address of the drive', () => {
  test('is made of names between slashes', () => {
    assert.deepEqual(parseAddress('/'), { names: [], endsInside: true })
    assert.deepEqual(parseAddress('/ana/My%20Work/'), {
      names: ['ana', 'My Work'],
      endsInside: true,
    })
    assert.deepEqual(parseAddress('/a/b?x=/y').names, ['a', 'b'])
  })

  test('has its names in NFC, however a Mac writes them', () => {
    assert.deepEqual(parseAddress('/u%CC%88').names, ['\u00fc'])
  })

  test('leads nowhere else', () => {
    const wrong = [
      '',
      'a',
      '/a//b',
      '/../a',
      '/a/..',
      '/%2e%2e/a',
      '/a%2Fb',
      '/a%00',
      '/%ff',
      '/a#b',
      '/.',
    ]
    for (const text of wrong) assert.throws(() => parseAddress(text), { kind: 'usage' }, text)
  })

  test('comes back as it was made', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((text) => text.normalize('NFC'))
      .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..')
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        assert.deepEqual(parseAddress(hrefOf(names, 'file')), { names, endsInside: false })
        assert.deepEqual(parseAddress(hrefOf(names, 'directory')), { names, endsInside: true })
      }),
    )
  })
})
