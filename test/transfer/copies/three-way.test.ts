import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseRootText } from '../../../src/content/content-id.ts'
import type { Entry, PageHash, PageSource, TreeSummary } from '../../../src/content/content.ts'
import { parseName } from '../../../src/content/names.ts'
import { buildDirectory } from '../../../src/content/tree/build.ts'
import type { TreeSide } from '../../../src/content/tree/diff.ts'
import { threeWay } from '../../../src/transfer/copies/three-way.ts'
import type { Policy } from '../../../src/transfer/copies/three-way.ts'

/** A tree in short: a string is a file with that content, an object a directory. */
interface Sketch {
  readonly [name: string]: string | Sketch
}

const never = new AbortController().signal
const bodies = new Map<PageHash, Uint8Array>()
const pages: PageSource = {
  page: async (hash) => bodies.get(hash) ?? assert.fail('a page that nobody made'),
}

function summaryOf(sketch: Sketch): TreeSummary {
  const built = buildDirectory(
    Object.entries(sketch).map(([text, below]): Entry => {
      const name = parseName(text)
      if (typeof below !== 'string') return { kind: 'directory', name, summary: summaryOf(below) }
      const root = parseRootText(Buffer.from(below.padEnd(32)).toString('hex'))
      return { kind: 'file', name, content: { root, length: 1 }, mtimeMs: 0, executable: false }
    }),
  )
  for (const { hash, bytes } of built.pages) bodies.set(hash, bytes)
  return built.summary
}

function side(sketch: Sketch): TreeSide {
  return { pages, tree: summaryOf(sketch) }
}

async function steps(
  base: Sketch | undefined,
  here: Sketch,
  there: Sketch,
  policy: Policy,
): Promise<string[]> {
  const trees = { base: base && side(base), here: side(here), there: side(there) }
  const told: string[] = []
  for await (const { action, path } of threeWay(trees, policy, never))
    told.push(`${action} ${path}`)
  return told
}

const once: Policy = { scope: 'read', mode: 'once' }
const follow: Policy = { scope: 'read', mode: 'follow' }
const both: Policy = { scope: 'change', mode: 'follow' }

suite('a walk over what was agreed, what is here and what is there', () => {
  test('brings everything into an empty copy, directories first', async () => {
    const there = { a: '1', d: { e: '2', f: { g: '3' } } }
    assert.deepEqual(await steps(undefined, {}, there, once), [
      'pull a',
      'pull d',
      'pull d/e',
      'pull d/f',
      'pull d/f/g',
    ])
  })

  test('takes nothing away from a copy that is made once', async () => {
    assert.deepEqual(await steps(undefined, { a: '1', d: { e: '2' } }, { a: '2' }, once), [
      'pull a',
    ])
  })

  test('removes a directory as a whole when it went there and nobody worked in it here', async () => {
    const old = { d: { e: '1', f: '2' } }
    assert.deepEqual(await steps(old, old, {}, follow), ['remove-here d'])
    assert.deepEqual(await steps(old, old, {}, both), ['remove-here d'])
  })

  test('keeps what was worked on in a directory that went there', async () => {
    const old = { d: { e: '1', f: '2' } }
    const here = { d: { e: 'mine', f: '2' } }
    assert.deepEqual(await steps(old, here, {}, both), ['push d/e', 'remove-here d/f'])
    assert.deepEqual(await steps(old, here, {}, follow), ['remove-here d/f'])
  })

  test('removes there, innermost first, what was removed here', async () => {
    const old = { a: '1', d: { e: { f: '2' }, g: '3' }, h: '4' }
    assert.deepEqual(await steps(old, { a: '1', h: '4' }, old, both), [
      'remove-there d/e/f',
      'remove-there d/e',
      'remove-there d/g',
      'remove-there d',
    ])
    assert.deepEqual(await steps(old, { a: '1', h: '4' }, old, follow), [])
  })

  test('sends what is new here, and never what a reader made', async () => {
    const here = { d: { e: '1' }, f: '2' }
    assert.deepEqual(await steps({}, here, {}, both), ['push d', 'push d/e', 'push f'])
    assert.deepEqual(await steps({}, here, {}, follow), [])
  })

  test('turns a file into a directory, and back', async () => {
    assert.deepEqual(await steps({ a: '1' }, { a: '1' }, { a: { b: '2' } }, follow), [
      'remove-here a',
      'pull a',
      'pull a/b',
    ])
    assert.deepEqual(await steps({ a: { b: '2' } }, { a: { b: '2' } }, { a: '1' }, follow), [
      'remove-here a',
      'pull a',
    ])
  })
})
