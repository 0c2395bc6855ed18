import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MissingError } from '../../../src/base/errors.ts'
import type { PageHash, PageSource } from '../../../src/content/content.ts'
import { ServablePages } from '../../../src/transfer/copies/servable-pages.ts'
import { PageShelf } from '../../kit/page-shelf.ts'
import { plantTree } from '../../kit/planted-tree.ts'

const never = new AbortController().signal

suite('pages that a copy hands out', () => {
  const shelf = new PageShelf()
  const share = plantTree(shelf, { a: '1', d: { e: { f: '2' } } })
  const newer = plantTree(shelf, { a: '1', d: { e: { f: '3' } } })
  const foreign = plantTree(shelf, { secret: '5' })

  test('are those that the head leads to, at any depth', async () => {
    const pages = new ServablePages(shelf)
    const deep = plantTree(shelf, { f: '2' }).tree
    assert.ok((await pages.page(deep, share, never)).length > 0)
    assert.ok((await pages.page(share.tree, share, never)).length > 0)
  })

  test('are never those of anything else that the folder knows', async () => {
    const pages = new ServablePages(shelf)
    await assert.rejects(pages.page(foreign.tree, share, never), { kind: 'missing' })
    await assert.rejects(pages.page(newer.tree, share, never), { kind: 'missing' })
  })

  test('are those of a newer head as soon as there is one', async () => {
    const pages = new ServablePages(shelf)
    await pages.page(share.tree, share, never)
    assert.ok((await pages.page(plantTree(shelf, { f: '3' }).tree, newer, never)).length > 0)
    assert.ok((await pages.page(share.tree, newer, never)).length > 0, 'readers finish their walk')
  })

  test('come as soon as they are here, when a copy is still on its way', async () => {
    const here = new Set<PageHash>([share.tree])
    const some: PageSource = {
      page: async (hash, signal) => {
        if (!here.has(hash)) throw new MissingError('not here yet')
        return shelf.page(hash, signal)
      },
    }
    const pages = new ServablePages(some)
    const below = plantTree(shelf, { e: { f: '2' } }).tree
    await assert.rejects(pages.page(below, share, never), { kind: 'missing' })
    here.add(below)
    assert.ok((await pages.page(below, share, never)).length > 0)
  })
})
