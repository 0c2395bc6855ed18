import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, property, string } from 'fast-check'
import { columnsOf, cutToColumns, shown } from '../../../src/doors/cli/display.ts'

suite('text from elsewhere, on a terminal', () => {
  const golden: Readonly<Record<string, string>> = {
    'plain name.txt': 'plain name.txt',
    'Grüße, 写真, фото': 'Grüße, 写真, фото',
    'e\u0301te\u0301': 'e\u0301te\u0301',
    '👩‍👧 and 🏳️‍🌈': '👩‍👧 and 🏳️‍🌈',
    '\u001b[31mred\u001b[0m': String.raw`\u{1b}[31mred\u{1b}[0m`,
    '\u001b]0;title\u0007': String.raw`\u{1b}]0;title\u{7}`,
    'a\rb\nc\td': String.raw`a\u{d}b\u{a}c\u{9}d`,
    'invoice\u202egpj.exe': String.raw`invoice\u{202e}gpj.exe`,
    '\u2066hidden\u2069': String.raw`\u{2066}hidden\u{2069}`,
    'a\u200bb\u200dc\ufeff': String.raw`a\u{200b}b\u{200d}c\u{feff}`,
    'blank\u3164\u2800': String.raw`blank\u{3164}\u{2800}`,
    '\u0085\u009b31m': String.raw`\u{85}\u{9b}31m`,
    'half \ud83d': String.raw`half \u{fffd}`,
    'tags \u{e0041}': String.raw`tags \u{e0041}`,
  }
  for (const [text, expected] of Object.entries(golden)) {
    test(`${JSON.stringify(text)} is shown as ${expected}`, () => {
      assert.equal(shown(text), expected)
    })
  }

  test('never has a character that acts or hides', () => {
    always(
      property(string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(shown(text), /[\p{Cc}\p{Bidi_Control}\p{Cs}\p{Zl}\p{Zp}\u200b\ufeff]/u)
      }),
    )
  })
})

suite('the columns of a text', () => {
  test('are two for wide characters, none for marks and styles', () => {
    assert.equal(columnsOf('abc'), 3)
    assert.equal(columnsOf('写真'), 4)
    assert.equal(columnsOf('e\u0301'), 1)
    assert.equal(columnsOf('\u001b[1mbold\u001b[22m'), 4)
  })

  test('are kept to by cutting', () => {
    assert.equal(cutToColumns('abcdef', 6), 'abcdef')
    assert.equal(cutToColumns('abcdefg', 6), 'abcde…')
    assert.equal(cutToColumns('写真写真', 6), '写真…')
    always(
      property(string({ unit: 'grapheme' }), (text) => {
        assert.ok(columnsOf(cutToColumns(text, 10)) <= 10)
      }),
    )
  })
})
