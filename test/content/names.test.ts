import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { parseRootText } from '../../src/content/content-id.ts'
import type { ContentId, Name } from '../../src/content/content.ts'
import {
  collisionKey,
  compareNames,
  conflictName,
  diskName,
  isWithin,
  joinPath,
  NameError,
  nameOf,
  namesOf,
  parentOf,
  parseName,
  parseSharePath,
  sharePathOfRoot,
} from '../../src/content/names.ts'
import type { NameRule } from '../../src/content/names.ts'

const refusedNames: readonly (readonly [NameRule, string])[] = [
  ['empty', ''],
  ['dots', '.'],
  ['dots', '..'],
  ['separator', 'a/b'],
  ['separator', '../up'],
  ['separator', '/absolute'],
  ['separator', 'trailing/'],
  ['separator', 'a\\b'],
  ['separator', '..\\up'],
  ['separator', '\\\\server\\share'],
  ['separator', 'C:\\Windows'],
  ['character', 'C:'],
  ['character', 'C:relative'],
  ['character', 'file.txt:stream'],
  ['character', 'file.txt::$DATA'],
  ['character', 'what?'],
  ['character', 'all*'],
  ['character', '<b>'],
  ['character', '"quoted"'],
  ['character', 'a|b'],
  ['ending', 'name.'],
  ['ending', 'name '],
  ['ending', '...'],
  ['ending', ' '],
  ['ending', 'CON .'],
  ['device', 'CON'],
  ['device', 'con'],
  ['device', 'Con.txt'],
  ['device', 'nul.tar.gz'],
  ['device', 'aux .c'],
  ['device', 'prn'],
  ['device', 'COM1'],
  ['device', 'com0.log'],
  ['device', 'LPT9.txt'],
  ['device', 'COM¹'],
  ['device', 'lpt³.txt'],
  ['device', 'ｃｏｎ'],
  ['device', 'CONIN$'],
  ['device', 'conout$.txt'],
  ['device', 'clock$'],
  ['own', '.fullmesh'],
  ['own', '.FullMesh'],
  ['own', '.ＦＵＬＬＭＥＳＨ'],
  ['own', 'FULLME~1'],
  ['invisible', 'nul\u0000'],
  ['invisible', 'line\nbreak'],
  ['invisible', 'tab\there'],
  ['invisible', 'bell\u0007'],
  ['invisible', 'escape\u001b[31m'],
  ['invisible', 'delete\u007f'],
  ['invisible', 'c1\u009b31m'],
  ['invisible', 'photo\u202egpj.exe'],
  ['invisible', 'isolate\u2066x'],
  ['invisible', 'zero\u200bwidth'],
  ['invisible', 'join\u200der'],
  ['invisible', 'bom\ufeff'],
  ['invisible', 'soft\u00adhyphen'],
  ['invisible', 'line\u2028separator'],
  ['invisible', 'tag\u{e0041}'],
  ['invisible', '\u3164'],
  ['invisible', '.full\u200cmesh'],
  ['encoding', 'half\ud800'],
  ['encoding', '\udc00half'],
  ['encoding', 'lost\ufffd'],
  ['normalisation', 'e\u0301t\u00e9'],
  ['normalisation', '\u212bngstrom'],
  ['normalisation', '\u1112\u1161\u11ab'],
  ['long', 'x'.repeat(256)],
  ['long', 'ä'.repeat(128)],
  ['long', '😀'.repeat(64)],
]

const acceptedNames = [
  'report.txt',
  '.hidden',
  '..two',
  'a..b',
  '...three',
  ' leading space',
  'été',
  '한글',
  'Straße',
  '文件.pdf',
  'ملف',
  '❤\ufe0f.png',
  '😀',
  'console',
  'CON1',
  'com10',
  'COMX.txt',
  'null',
  'nul-',
  'LPT',
  '.fullmesh2',
  'my.fullmesh',
  "it's",
  '~backup',
  '%2e%2e',
  '$HOME',
  '-rf',
  'x'.repeat(255),
  'ä'.repeat(127),
]

/** Text that leans towards what breaks names. */
const hostileText = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Array.from('abcCONnulmesh019')) },
    { weight: 2, arbitrary: fc.constantFrom(...Array.from('/\\.: ~$éßİıſKﬁ¹ａ')) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\u0301', '\u200d', '\u202e', '\ud800', '\ufe0f', '\0'),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  ),
  maxLength: 40,
})

suite('a name from outside', () => {
  for (const [rule, text] of refusedNames) {
    test(`is refused by the rule "${rule}": ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.throws(() => parseName(text), { name: 'NameError', kind: 'usage', rule, text })
    })
  }

  for (const text of acceptedNames) {
    test(`is taken as it is: ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.equal(parseName(text), text)
    })
  }

  test('is never changed when it is taken', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const name = accepted(() => parseName(text))
        if (name === undefined) return
        assert.equal(name, text)
        assert.equal(text.normalize('NFC'), text)
        assert.doesNotMatch(text, /[/\\\0]/)
        assert.ok(text !== '.' && text !== '..')
        assert.ok(Buffer.byteLength(text) <= 255)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is cut in the message about it', () => {
    assert.ok(new NameError('long', 'x'.repeat(1_000_000)).message.length < 200)
  })

  test('shows nothing invisible in the message about it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { message } = new NameError('invisible', text)
        assert.doesNotMatch(message, /[\p{C}\p{Zl}\p{Zp}]/u)
        assert.ok(message.length < 1_000)
      }),
    )
  })
})

suite('a path inside a share', () => {
  test('is names joined by slashes, and may be empty', () => {
    assert.equal(parseSharePath('a/b/c.txt'), 'a/b/c.txt')
    assert.equal(parseSharePath(''), sharePathOfRoot)
  })

  const refusedPaths: readonly (readonly [NameRule, string])[] = [
    ['empty', '/'],
    ['empty', '/etc/passwd'],
    ['empty', 'a//b'],
    ['empty', 'a/'],
    ['dots', '../a'],
    ['dots', 'a/../b'],
    ['dots', 'a/..'],
    ['dots', './a'],
    ['separator', 'a/b\\c'],
    ['character', 'c:/windows'],
    ['own', 'a/.Fullmesh/journal'],
    ['own', '.fullmesh'],
    ['device', 'a/aux/b'],
    ['deep', Array.from({ length: 65 }, () => 'a').join('/')],
    ['long', Array.from({ length: 21 }, () => 'x'.repeat(200)).join('/')],
    ['long', Array.from({ length: 21 }, () => 'ä'.repeat(100)).join('/')],
    ['long', '/'.repeat(1_000_000)],
  ]
  for (const [rule, text] of refusedPaths) {
    test(`is refused by the rule "${rule}": ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.throws(() => parseSharePath(text), { name: 'NameError', rule })
    })
  }

  test('is never changed when it is taken, and falls apart into its names', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 6 }), (texts) => {
        const path = accepted(() => parseSharePath(texts.join('/')))
        if (path === undefined) return
        assert.equal(path, texts.join('/'))
        const names = namesOf(path)
        assert.equal(names.reduce(joinPath, sharePathOfRoot), path)
        if (names.length === 0) return
        assert.equal(joinPath(parentOf(path), nameOf(path)), path)
        assert.ok(isWithin(path, parentOf(path)))
      }),
    )
  })

  test('grows no longer and no deeper than a path may be', () => {
    const deep = parseSharePath(Array.from({ length: 64 }, () => 'a').join('/'))
    assert.throws(() => joinPath(deep, parseName('b')), { rule: 'deep' })
    const long = parseSharePath(Array.from({ length: 16 }, () => 'x'.repeat(250)).join('/'))
    assert.throws(() => joinPath(long, parseName('y'.repeat(250))), { rule: 'long' })
  })

  test('has no parent and no name when it is the share itself', () => {
    assert.throws(() => parentOf(sharePathOfRoot), { rule: 'empty' })
    assert.throws(() => nameOf(sharePathOfRoot), { rule: 'empty' })
    assert.deepEqual(namesOf(sharePathOfRoot), [])
  })

  test('is within a directory only at the border of a name', () => {
    const within = (path: string, directory: string) =>
      isWithin(parseSharePath(path), parseSharePath(directory))
    assert.ok(within('a/b', 'a'))
    assert.ok(within('a', 'a'))
    assert.ok(within('a', ''))
    assert.ok(!within('ab', 'a'))
    assert.ok(!within('a', 'a/b'))
  })
})

suite('names of one directory', () => {
  test('with characters beyond 16 bits come after all others', () => {
    const sorted = ['z', '\ud7ff', '\ue000', 'ｚ', '😀', '\u{10ffff}']
    assert.deepEqual(sorted.toReversed().toSorted(compareNames), sorted)
  })

  test('are ordered by the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b))
        assert.equal(Math.sign(compareNames(a, b)), expected)
      }),
    )
  })

  const colliding = [
    ['README', 'readme'],
    ['Straße', 'STRASSE'],
    ['ﬁle', 'FILE'],
    ['ΟΔΟΣ', 'οδος'],
    ['Ångström', 'ångström'],
    ['Kelvin', '\u004belvin'],
    ['ｆｕｌｌ', 'full'],
    ['❤', '❤\ufe0f'],
    ['ſ', 'S'],
    ['x²', 'x2'],
  ] as const
  for (const [a, b] of colliding) {
    test(`collide on some computer: ${a} and ${b}`, () => {
      assert.equal(collisionKey(parseName(a)), collisionKey(parseName(b)))
    })
  }

  test('keep their collision key in any case and normalisation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const key = keyOf(text)
        const forms = [key, text.toUpperCase(), text.toLowerCase(), text.normalize('NFD')]
        for (const form of forms) assert.equal(keyOf(form), key)
      }),
    )
  })

  test('that differ in more than that do not collide', () => {
    const different = ['a', 'b', 'ä', 'o', 'ö', '1', 'a.txt', 'a txt', 'а']
    assert.equal(new Set(different.map(keyOf)).size, different.length)
  })
})

suite('a name on our own disk', () => {
  test('is shown composed when the disk keeps it decomposed', () => {
    assert.equal(diskName('e\u0301te\u0301.txt'), 'été.txt')
    assert.equal(diskName('été.txt'), 'été.txt')
  })

  test('is refused when neither form would find it again', () => {
    assert.throws(() => diskName('e\u0301t\u00e9.txt'), { rule: 'normalisation' })
  })

  test('is refused when it is not Unicode at all', () => {
    assert.throws(() => diskName(Buffer.from([0x66, 0xff]).toString()), { rule: 'encoding' })
  })
})

suite('the name of a conflict copy', () => {
  const content: ContentId = {
    root: parseRootText(`3f2a91c0${'0'.repeat(56)}`),
    length: 7,
  }
  const cases = [
    ['report.txt', 'report (conflict 3f2a91c0).txt'],
    ['archive.tar.gz', 'archive.tar (conflict 3f2a91c0).gz'],
    ['Makefile', 'Makefile (conflict 3f2a91c0)'],
    ['.bashrc', '.bashrc (conflict 3f2a91c0)'],
    [`a.${'long'.repeat(10)}`, `a.${'long'.repeat(10)} (conflict 3f2a91c0)`],
  ] as const
  for (const [name, copy] of cases) {
    test(`of ${name} is ${copy}`, () => {
      assert.equal(conflictName(parseName(name), content), copy)
    })
  }

  test('keeps its ending and whole characters when it has to be cut', () => {
    const tail = ' (conflict 3f2a91c0)'
    const copyOf = (name: string) => conflictName(parseName(name), content)
    assert.equal(copyOf('x'.repeat(255)), 'x'.repeat(235) + tail)
    assert.equal(copyOf('ä'.repeat(127)), 'ä'.repeat(117) + tail)
    assert.equal(copyOf(`${'😀'.repeat(62)}.txt`), `${'😀'.repeat(57)}${tail}.txt`)
  })

  test('is itself a name, however long the first one was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 255 }), (text) => {
        const name = accepted(() => parseName(text))
        if (name === undefined) return
        const copy = conflictName(name, content)
        assert.equal(parseName(copy), copy)
        assert.notEqual(collisionKey(copy), collisionKey(name))
      }),
    )
  })
})

function keyOf(text: string): string {
  return collisionKey(text as Name)
}

function accepted<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch (error) {
    assert.ok(error instanceof NameError)
    return undefined
  }
}
