import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { InterruptedError } from '../../../src/base/errors.ts'
import { parsePageHash } from '../../../src/content/content-id.ts'
import type { PageHash } from '../../../src/content/content.ts'
import { PageCache } from '../../../src/transfer/remote/page-cache.ts'
import type { PageHolder } from '../../../src/transfer/remote/remote-pages.ts'
import { RemotePages } from '../../../src/transfer/remote/remote-pages.ts'
import { MemoryHolding } from '../../kit/memory-holding.ts'
import { MemoryNodes } from '../../kit/memory-nodes.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { testShareKey } from '../../kit/test-share.ts'
import { wireAnswererOf } from '../../kit/wire-answerer-of.ts'

const { signal } = new AbortController()
const reader = testIdentity('reader').peerId
const directories = Array.from({ length: 300 }, (_, at) => [`${at}/a.txt`, `${at}`])
const files = Object.fromEntries(directories)

/** Holders of one share, by name, and the pages of it as a reader gets them. */
async function pagesFrom(...names: string[]) {
  const outside = testSurroundings()
  const nodes = new MemoryNodes(outside)
  const questions: string[] = []
  const holdings = new Map<string, MemoryHolding>()
  const blamed: string[] = []
  await nodes.add('reader', wireAnswererOf(outside, []))
  const lines: PageHolder[] = []
  for (const name of names) {
    const holding = new MemoryHolding(testShareKey('photos'), testIdentity('ana').peerId, outside)
    holding.put(files)
    holdings.set(name, holding)
    const usual = wireAnswererOf(outside, [holding])
    await nodes.add(name, async (question) => {
      questions.push(name)
      return usual(question)
    })
    const link = await nodes.link('reader', name)
    const capability = () => holding.capability(reader, 'read')
    lines.push({ id: name, line: { link, clock: outside.clock, share: holding.share, capability } })
  }
  const pages = new RemotePages({
    holders: () => lines.filter(({ id }) => !blamed.includes(id)),
    blame: (id) => void blamed.push(id),
    signal,
  })
  const of = (name: string): MemoryHolding => holdings.get(name) ?? assert.fail(name)
  const hashes = of(names[0] ?? '').shelf.hashes()
  return {
    pages,
    questions,
    blamed,
    of,
    hashes,
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  }
}

suite('the pages of a remote share', () => {
  test('that are asked for in one breath go into few questions', async () => {
    await using there = await pagesFrom('ana')
    const pages = await Promise.all(there.hashes.map((hash) => there.pages.page(hash, signal)))
    assert.equal(pages.length, there.hashes.length)
    assert.ok(there.hashes.length > 256)
    assert.equal(there.questions.length, 2)
  })

  test('are asked for once', async () => {
    await using there = await pagesFrom('ana')
    const [hash = assert.fail()] = there.hashes
    const [one, two] = await Promise.all([
      there.pages.page(hash, signal),
      there.pages.page(hash, signal),
    ])
    assert.equal(one, two)
    await there.pages.page(hash, signal)
    assert.equal(there.questions.length, 1)
  })

  test('that a copy lacks come from the next', async () => {
    await using there = await pagesFrom('copy', 'ana')
    const [hash = assert.fail()] = there.hashes
    there.of('copy').shelf.drop([hash])
    assert.ok((await there.pages.page(hash, signal)).length > 0)
    assert.deepEqual(there.questions, ['copy', 'ana'])
    assert.deepEqual(there.blamed, [])
  })

  test('that nobody has are missing', async () => {
    await using there = await pagesFrom('ana')
    const hash = parsePageHash(new Uint8Array(32).fill(5))
    await assert.rejects(there.pages.page(hash, signal), { kind: 'missing' })
  })

  test('are asked of nobody when nobody is there', async () => {
    const pages = new RemotePages({ holders: () => [], blame: () => {}, signal })
    const hash = parsePageHash(new Uint8Array(32).fill(5))
    await assert.rejects(pages.page(hash, signal), { kind: 'offline' })
  })

  test('that are others than were asked for come from the next, and the liar is blamed', async () => {
    await using there = await pagesFrom('liar', 'ana')
    const [hash = assert.fail(), other = assert.fail()] = there.hashes
    const wrong = await there.of('liar').shelf.page(other, signal)
    there.of('liar').shelf.put([{ hash, bytes: wrong }])
    const page = await there.pages.page(hash, signal)
    assert.notDeepEqual(page, wrong)
    assert.deepEqual(there.blamed, ['liar'])
  })

  test('stop being waited for when whoever asked has gone, for others they still come', async () => {
    await using there = await pagesFrom('ana')
    const [hash = assert.fail()] = there.hashes
    const stop = new AbortController()
    const first = there.pages.page(hash, stop.signal)
    const second = there.pages.page(hash, signal)
    stop.abort()
    await assert.rejects(first, InterruptedError)
    assert.ok((await second).length > 0)
  })
})

test('a cache of pages keeps those that were asked for last', () => {
  const hashes = [1, 2, 3].map((byte) => parsePageHash(new Uint8Array(32).fill(byte)))
  const [a, b, c] = hashes as [PageHash, PageHash, PageHash]
  const cache = new PageCache(20)
  for (const hash of [a, b]) cache.put(hash, new Uint8Array(10))
  assert.ok(cache.get(a))
  cache.put(c, new Uint8Array(10))
  assert.deepEqual(
    [a, b, c].map((hash) => cache.get(hash) !== undefined),
    [true, false, true],
  )
})
