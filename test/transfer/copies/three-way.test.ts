import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { TreeSide } from '../../../src/content/tree/diff.ts'
import { threeWay } from '../../../src/transfer/copies/three-way.ts'
import type { Policy } from '../../../src/transfer/copies/three-way.ts'
import { PageShelf } from '../../kit/page-shelf.ts'
import { plantTree } from '../../kit/planted-tree.ts'
import type { Planted } from '../../kit/planted-tree.ts'

const never = new AbortController().signal
const shelf = new PageShelf()

function side(planted: Planted): TreeSide {
  return { pages: shelf, tree: plantTree(shelf, planted) }
}

async function steps(
  base: Planted | undefined,
  here: Planted,
  there: Planted,
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
