import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { parsePageHashText, parseRootText } from '../../../src/content/content-id.ts'
import type { Entry } from '../../../src/content/content.ts'
import { parseName } from '../../../src/content/names.ts'
import { decide } from '../../../src/transfer/copies/decide.ts'
import type { Side } from '../../../src/transfer/copies/decide.ts'

const name = parseName('notes.txt')

function file(byte: string, mtimeMs = 0): Entry {
  return {
    kind: 'file',
    name,
    content: { root: parseRootText(byte.repeat(32)), length: 5 },
    mtimeMs,
    executable: false,
  }
}

function directory(byte: string): Entry {
  return {
    kind: 'directory',
    name,
    summary: { tree: parsePageHashText(byte.repeat(32)), files: 1, bytes: 1 },
  }
}

const [old, mine, yours, gone] = [file('aa'), file('bb'), file('cc'), undefined]

suite('one path of a followed copy', () => {
  test('is left alone where both sides agree, whatever came before', () => {
    for (const base of [old, mine, gone]) {
      assert.equal(decide(base, mine, mine, 'change'), 'none')
      assert.equal(decide(base, gone, gone, 'read'), 'none')
    }
  })

  test('is not brought again for another time of change alone', () => {
    assert.equal(decide(old, file('aa', 1), file('aa', 2), 'change'), 'none')
  })

  test('follows what changed in the share', () => {
    for (const scope of ['read', 'change'] as const) {
      assert.equal(decide(gone, gone, yours, scope), 'pull')
      assert.equal(decide(old, old, yours, scope), 'pull')
      assert.equal(decide(old, old, gone, scope), 'remove-here')
    }
  })

  test('goes back to the share when it changed here and the scope allows it', () => {
    assert.equal(decide(gone, mine, gone, 'change'), 'push')
    assert.equal(decide(old, mine, old, 'change'), 'push')
    assert.equal(decide(old, gone, old, 'change'), 'remove-there')
  })

  test('stays as a reader made it, unsent and not undone', () => {
    assert.equal(decide(gone, mine, gone, 'read'), 'none')
    assert.equal(decide(old, mine, old, 'read'), 'none')
    assert.equal(decide(old, gone, old, 'read'), 'none')
  })

  test('keeps both when both have changed', () => {
    assert.equal(decide(old, mine, yours, 'change'), 'push')
    assert.equal(decide(old, mine, yours, 'read'), 'pull-beside')
    assert.equal(decide(gone, mine, yours, 'read'), 'pull-beside')
  })

  test('comes back when one side removed what the other still changed', () => {
    assert.equal(decide(old, gone, yours, 'change'), 'pull')
    assert.equal(decide(old, mine, gone, 'change'), 'push')
    assert.equal(decide(old, mine, gone, 'read'), 'none')
  })

  test('is looked into when both are directories', () => {
    assert.equal(decide(directory('aa'), directory('bb'), directory('aa'), 'read'), 'descend')
    assert.equal(decide(gone, directory('bb'), directory('cc'), 'change'), 'descend')
  })

  test('is looked into when one side removed a directory in which the other worked', () => {
    assert.equal(decide(directory('aa'), directory('bb'), gone, 'read'), 'descend')
    assert.equal(decide(directory('aa'), gone, directory('bb'), 'change'), 'descend')
    assert.equal(decide(directory('aa'), directory('aa'), gone, 'read'), 'remove-here')
    assert.equal(decide(gone, directory('aa'), gone, 'change'), 'push')
  })

  test('is never removed here unless it is what both agreed on', () => {
    const side = fc.constantFrom<Side>(old, mine, yours, gone, directory('dd'), directory('ee'))
    fc.assert(
      fc.property(side, side, side, (base, here, there) => {
        for (const scope of ['read', 'change'] as const) {
          const action = decide(base, here, there, scope)
          if (action === 'remove-here') assert.deepEqual(here, base)
          if (action === 'remove-there') assert.deepEqual(there, base)
          if (action === 'pull' && here) assert.deepEqual(here, base)
          if (scope === 'read') assert.ok(action !== 'push' && action !== 'remove-there')
        }
      }),
    )
  })
})
