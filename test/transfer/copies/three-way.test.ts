import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { TreeSide } from '../../../src/content/tree/diff.ts'
import { threeWay } from '../../../src/transfer/copies/three-way.ts'
import type { BegunTree, Policy } from '../../../src/transfer/copies/three-way.ts'
import { PageShelf } from '../../kit/page-shelf.ts'
import { plantTree } from '../../kit/planted-tree.ts'
import type { Planted } from '../../kit/planted-tree.ts'

const never = new AbortController().signal
const shelf = new PageShelf()

function side(planted: Planted): TreeSide {
  return { pages: shelf, tree: plantTree(shelf, planted) }
}

function beginning(planted: Planted, isPartial = false): BegunTree {
  return { ...side(planted), isPartial }
}

async function steps(
  base: Planted | undefined,
  here: Planted,
  there: Planted,
  policy: Policy,
  ...begun: readonly BegunTree[]
): Promise<string[]> {
  const trees = { base: base && side(base), begun, here: side(here), there: side(there) }
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

  test('takes what an interrupted pass has brought for no change of this side', async () => {
    const there = { a: 'newer', b: 'newer', c: 'newer' }
    const here = { a: 'new', b: 'mine', c: 'new' }
    const pass = beginning({ a: 'new', b: 'new', c: 'old' })
    const earlier = beginning({ c: 'new' })
    assert.deepEqual(await steps(undefined, here, there, follow, pass, earlier), [
      'pull a',
      'pull-beside b',
      'pull c',
    ])
    assert.deepEqual(await steps({ b: 'old' }, here, there, both, pass, earlier), [
      'pull a',
      'push b',
      'pull c',
    ])
  })

  test('takes away again what an interrupted pass has brought, but for what was made there', async () => {
    const here = { d: { a: 'new', b: 'mine' }, e: 'new' }
    const pass = beginning({ d: { a: 'new', c: 'new' }, e: 'new' })
    assert.deepEqual(await steps(undefined, here, {}, follow, pass), [
      'remove-here d/a',
      'remove-here e',
    ])
  })

  test('brings again what an interrupted pass has taken away, unless that tree was half a one', async () => {
    const [agreed, there] = [{ a: '1' }, { a: '1' }]
    assert.deepEqual(await steps(agreed, {}, there, both, beginning({})), ['pull a'])
    assert.deepEqual(await steps(agreed, {}, there, both, beginning({}, true)), ['remove-there a'])
  })

  test('does without the pages of an interrupted pass that nobody has any more', async () => {
    const lost = { ...beginning({ a: 'new' }), pages: new PageShelf() }
    assert.deepEqual(await steps(undefined, { a: 'new' }, { a: 'newer' }, follow, lost), [
      'pull-beside a',
    ])
  })
})
