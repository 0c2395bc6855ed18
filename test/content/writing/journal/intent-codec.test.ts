import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  array,
  assert as always,
  boolean,
  constantFrom,
  maxSafeInteger,
  nat,
  oneof,
  property,
  record,
  string,
  uint8Array,
} from 'fast-check'
import { parseRoot } from '../../../../src/content/content-id.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { encodeIntent, parseIntent } from '../../../../src/content/writing/journal/intent-codec.ts'
import { rooms } from '../../../../src/content/writing/journal/intent.ts'
import type { Intent } from '../../../../src/content/writing/journal/intent.ts'

suite('an intent in the journal', () => {
  test('comes back as it was', () => {
    always(
      property(intents, (intent) => {
        const text = encodeIntent(intent)
        assert.deepEqual(parseIntent(text), JSON.parse(text))
      }),
    )
  })

  test('is refused in any other form', () => {
    const remove = '{"kind":"remove","path":"a","who":"ana","trashId":"t"}'
    assert.equal(parseIntent(remove).kind, 'remove')
    for (const [from, to] of [
      ['"remove"', '"destroy"'],
      ['"path":"a"', '"path":"../a"'],
      ['"path":"a"', '"path":"a/.fullmesh"'],
      ['"trashId":"t"', '"trashId":"../t"'],
      ['"trashId":"t"', '"trashId":".."'],
      ['"trashId":"t"', '"trashId":""'],
      ['"who":"ana",', ''],
      ['}', ''],
    ] as const) {
      assert.throws(() => parseIntent(remove.replace(from, to)), { name: 'MalformedError' }, to)
    }
  })
})

const ids = constantFrom('a', 'abcdefghijklmnop', 'abc.1')
const paths = constantFrom('a', 'd/ü', 'd/e/f').map((text) => parseSharePath(text))
const contents = record({
  root: uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => parseRoot(bytes)),
  length: nat(),
})

const intents = oneof(
  record({
    kind: constantFrom('install' as const),
    items: array(
      record({
        source: record({ room: constantFrom(...rooms), id: ids }),
        whole: boolean(),
        path: paths,
        content: contents,
        attributes: record({ mtimeMs: maxSafeInteger(), executable: boolean() }),
        base: oneof(constantFrom('absent' as const, 'any' as const), contents),
        who: string(),
        versionId: ids,
      }),
      { maxLength: 3 },
    ),
  }),
  record({ kind: constantFrom('move' as const), from: paths, to: paths, trashId: ids }),
  record({ kind: constantFrom('remove' as const), path: paths, who: string(), trashId: ids }),
).map((intent): Intent => intent)
