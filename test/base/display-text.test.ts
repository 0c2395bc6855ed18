import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { array, assert as always, integer, property } from 'fast-check'
import { displayText } from '../../src/base/display-text.ts'

suite('text from outside, made safe to show', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'a plain name stays': ['Ana’s laptop 2', 'Ana’s laptop 2'],
    'terminal sequences lose their escape': ['\u001b[31mred\u0007', '[31mred'],
    'the writing direction stays': ['photo\u202egpj.exe', 'photogpj.exe'],
    'what has no width is taken out': ['a\u200bn\u2060a\ufeff', 'ana'],
    'lines become one': ['one\r\ntwo\u2028three', 'one two three'],
    'edges and runs of space go': ['  a \t b  ', 'a b'],
    'half a surrogate pair is replaced': ['a\ud800b', 'a\ufffdb'],
    'letters and marks are composed': ['e\u0301', '\u00e9'],
    'fillers that look like nothing go': ['\u3164\u115f', ''],
  }
  for (const [sentence, [from, to]] of Object.entries(cases)) {
    test(sentence, () => assert.equal(displayText(from, 63), to))
  }

  test('length is counted in characters, not in code units', () => {
    assert.equal(displayText('🐢🐢🐢', 2), '🐢🐢')
  })

  test('whatever comes in, nothing unsafe comes out, and a second pass changes nothing', () => {
    always(
      property(anyText, integer({ min: 0, max: 40 }), (text, max) => {
        const shown = displayText(text, max)
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|^\s|\s$/u)
        assert.ok(Array.from(shown).length <= max)
        assert.equal(displayText(shown, max), shown)
      }),
    )
  })
})

const anyText = array(integer({ min: 0, max: 0x10ffff }), { maxLength: 50 }).map((points) =>
  String.fromCodePoint(...points),
)
