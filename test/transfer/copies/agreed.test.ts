import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Entry } from '../../../src/content/content.ts'
import { parseName, parseSharePath } from '../../../src/content/names.ts'
import { emptyTree } from '../../../src/content/tree/page.ts'
import { agreedTree } from '../../../src/transfer/copies/agreed.ts'
import { fileEntry } from '../../kit/directory-entries.ts'
import { PageShelf } from '../../kit/page-shelf.ts'
import { plantTree } from '../../kit/planted-tree.ts'
import type { Planted } from '../../kit/planted-tree.ts'

const never = new AbortController().signal

suite('what both sides agree on after a pass', () => {
  const shelf = new PageShelf()
  const share: Planted = { a: '1', d: { e: '2', f: '3' }, g: '4' }

  async function check(exceptions: Record<string, Entry | undefined>, expected: Planted) {
    const paths = Object.entries(exceptions)
    const entries = new Map(paths.map(([path, entry]) => [parseSharePath(path), entry]))
    const there = { pages: shelf, tree: plantTree(shelf, share) }
    const { summary } = await agreedTree(there, entries, never)
    assert.deepEqual(summary, plantTree(new PageShelf(), expected))
  }

  test('is the tree of the share when all went well', async () => {
    await check({}, share)
  })

  test('lacks what could not be brought, so that it is not taken for removed here', async () => {
    await check({ 'd/e': undefined }, { a: '1', d: { f: '3' }, g: '4' })
  })

  test('keeps the older state of what could not be brought', async () => {
    await check({ 'd/e': fileEntry('e', 'old') }, { a: '1', d: { e: 'old', f: '3' }, g: '4' })
  })

  test('has what was sent, also in directories that the share did not have', async () => {
    const sent = fileEntry('z', '9')
    await check({ 'n/m/z': sent }, { ...share, n: { m: { z: '9' } } })
    const made: Entry = { kind: 'directory', name: parseName('n'), summary: emptyTree }
    await check({ n: made, 'n/z': sent }, { ...share, n: { z: '9' } })
    await check({ n: made }, { ...share, n: {} })
  })

  test('lacks what was removed there', async () => {
    await check({ 'd/e': undefined, 'd/f': undefined, d: undefined }, { a: '1', g: '4' })
  })
})
