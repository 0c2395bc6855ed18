import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { errorKind } from '../../../src/base/errors.ts'
import { parseRootText } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import type { Address, Answerer } from '../../../src/mesh/mesh.ts'
import { PeerSource } from '../../../src/transfer/remote/peer-source.ts'
import type { HolderNews } from '../../../src/transfer/remote/peer-source.ts'
import { sourceContract } from '../../contracts/source.ts'
import { MemoryHolding } from '../../kit/memory-holding.ts'
import { MemoryNodes } from '../../kit/memory-nodes.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { testShareKey } from '../../kit/test-share.ts'
import { wireAnswererOf } from '../../kit/wire-answerer-of.ts'

const ana = testIdentity('ana')
const bob = testIdentity('bob')
const filmBytes = new Uint8Array(2 * pieceBytes + 12_345).map((_, at) => (at * 7) % 251)
const files = { 'videos/film.mkv': filmBytes, 'a.txt': 'a', 'notes/empty.txt': '', 'b.txt': 'bb' }
const nothingSuch = {
  path: parseSharePath('nothing.txt'),
  content: { root: parseRootText('ab'.repeat(32)), length: 10 },
}

class News implements HolderNews {
  readonly heads: Uint8Array[] = []
  readonly held: unknown[] = []
  readonly notices: unknown[] = []
  readonly refusals: unknown[] = []
  readonly lies: unknown[] = []
  readonly head = (bytes: Uint8Array) => void this.heads.push(bytes)
  readonly holders = (holders: unknown) => void this.held.push(holders)
  readonly notice = (notice: unknown) => void this.notices.push(notice)
  readonly refused = (error: unknown) => void this.refusals.push(error)
  readonly lied = (error: unknown) => void this.lies.push(error)
}

/** Ana serves her share; Bob has opened it, and her node is a source to him. */
async function anaAndBob(answerer?: (usual: Answerer) => Answerer) {
  const outside = testSurroundings()
  const holding = new MemoryHolding(testShareKey('photos'), ana.peerId, outside)
  holding.put(files)
  const nodes = new MemoryNodes(outside)
  const usual = wireAnswererOf(outside, [holding])
  await nodes.add('ana', answerer?.(usual) ?? usual)
  await nodes.add('bob', wireAnswererOf(outside, []))
  const link = await nodes.link('bob', 'ana')
  const news = new News()
  let addresses: Address[] | undefined
  let capability = holding.capability(bob.peerId, 'read')
  const source = new PeerSource({
    line: { link, clock: outside.clock, share: holding.share, capability: () => capability },
    addresses: () => addresses,
    news,
  })
  return {
    ...{ outside, holding, nodes, link, news, source },
    serveInTurn: (own: Address[]) => void (addresses = own),
    renew: () => void (capability = holding.capability(bob.peerId, 'read')),
    [Symbol.asyncDispose]: async () => {
      source[Symbol.dispose]()
      await nodes[Symbol.asyncDispose]()
      await outside.clock.advance(0)
      assert.deepEqual(outside.log.errors, [])
    },
  }
}

sourceContract('a peer', async () => {
  const there = await anaAndBob()
  const { holding, source, outside, link } = there
  return {
    source,
    large: holding.wanted('videos/film.mkv'),
    largeBytes: filmBytes,
    small: ['a.txt', 'notes/empty.txt', 'b.txt'].map((path) => ({
      ...holding.wanted(path),
      bytes: Buffer.from(files[path as 'a.txt']),
    })),
    missing: nothingSuch,
    ready: () =>
      outside.clock.advanceUntil(() => source.has(holding.contentAt('a.txt')) !== undefined),
    cut: async () => link[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => there[Symbol.asyncDispose](),
  }
})

suite('a holder at the other end of a link', () => {
  test('tells its head, and that it has everything', async () => {
    await using there = await anaAndBob()
    const { outside, holding, news, source } = there
    await outside.clock.advanceUntil(() => source.has(nothingSuch.content) === 'all')
    assert.deepEqual(news.heads.map(hex), [hex(holding.head()?.bytes)])
  })

  test('tells each new head as it comes', async () => {
    await using there = await anaAndBob()
    const { outside, holding, news } = there
    await outside.clock.advanceUntil(() => news.heads.length === 1)
    const head = holding.put({ 'new.txt': 'new' })
    await outside.clock.advanceUntil(() => news.heads.length === 2)
    assert.equal(hex(news.heads[1]), hex(head.bytes))
  })

  test('that has parts says which, and which more it gets', async () => {
    await using there = await anaAndBob()
    const { outside, holding, source } = there
    const { content } = holding.wanted('videos/film.mkv')
    holding.here = new Map()
    holding.gain(content, [1])
    holding.sign({})
    await outside.clock.advanceUntil(() => pieces(source, content).length === 1)
    assert.deepEqual(pieces(source, content), [1])
    const gained: unknown[] = []
    source.gained.subscribe((what) => void gained.push(what))
    holding.gain(content, [0])
    await outside.clock.advanceUntil(() => pieces(source, content).length === 2)
    assert.deepEqual(gained.length, 1)
  })

  test('is asked for long runs in several questions', async () => {
    await using there = await anaAndBob()
    const { holding, source } = there
    holding.put({ long: new Uint8Array(66 * pieceBytes) })
    const run = { ...holding.wanted('long'), first: 0, count: 66 }
    let came = 0
    for await (const _ of source.pieces(run, new AbortController().signal)) came++
    assert.equal(came, 66)
  })

  test('is watched again after it broke off, with longer and longer rests', async () => {
    let broken = 3
    await using there = await anaAndBob((usual) => async (question) => {
      if (question.path.endsWith('/watch') && broken-- > 0) return { status: 200 }
      return usual(question)
    })
    const { outside, source, holding } = there
    await outside.clock.advanceUntil(() => source.has(holding.contentAt('a.txt')) === 'all')
    assert.ok(outside.clock.elapsed() >= 1_000 + 2_000 + 4_000)
  })

  test('is gone when it serves the share no more', async () => {
    await using there = await anaAndBob((usual) => async (question) => {
      if (question.path.endsWith('/watch')) return { status: 404 }
      return usual(question)
    })
    await there.outside.clock.advanceUntil(() => there.source.gone.aborted)
  })

  test('that refuses our capability asks for a new one, and is watched with it', async () => {
    await using there = await anaAndBob()
    const { outside, holding, news, source } = there
    await outside.clock.advanceUntil(() => source.has(nothingSuch.content) === 'all')
    holding.sign({ generations: { read: 2, change: 1 } })
    await outside.clock.advanceUntil(() => news.refusals.length > 0)
    const { length } = news.heads
    there.renew()
    source.watchAnew()
    await outside.clock.advanceUntil(() => news.heads.length > length)
  })

  test('hears that this node serves in turn, and tells others of it', async () => {
    await using there = await anaAndBob()
    const { outside, nodes, holding } = there
    await nodes.add('eve', wireAnswererOf(outside, []))
    const eve = testIdentity('eve').peerId
    const heard = new News()
    using eves = new PeerSource({
      line: {
        link: await nodes.link('eve', 'ana'),
        clock: outside.clock,
        share: holding.share,
        capability: () => holding.capability(eve, 'read'),
      },
      addresses: () => undefined,
      news: heard,
    })
    await outside.clock.advanceUntil(() => heard.held.length > 0)
    assert.deepEqual(heard.held, [[]])
    there.serveInTurn([{ host: '192.0.2.9', port: 4711 }])
    there.source.watchAnew()
    await outside.clock.advanceUntil(() => heard.held.length > 1)
    const expected = [{ peer: bob.peerId, addresses: [{ host: '192.0.2.9', port: 4711 }] }]
    assert.deepEqual(heard.held[1], expected)
    assert.equal(eves.gone.aborted, false)
  })
})

suite('a holder that lies', () => {
  const answering = (path: string, status: number, body: () => AsyncIterable<Uint8Array>) =>
    anaAndBob((usual) => async (question) => {
      return question.path.endsWith(path) ? { status, body: body() } : usual(question)
    })
  const readAll = async (items: AsyncIterable<unknown>): Promise<number> => {
    let came = 0
    for await (const _ of items) came++
    return came
  }
  const { signal } = new AbortController()

  test('by sending more than was asked for is found out at the first byte too many', async () => {
    let sent = 0
    await using there = await answering('film.mkv', 206, async function* () {
      for (;;) {
        sent++
        yield new Uint8Array(pieceBytes)
      }
    })
    const run = { ...there.holding.wanted('videos/film.mkv'), first: 0, count: 2 }
    await assert.rejects(readAll(there.source.pieces(run, signal)), corrupt)
    await there.outside.clock.advance(0)
    assert.ok(sent < 6)
  })

  test('by stopping in the middle of a piece is found out', async () => {
    await using there = await answering('film.mkv', 206, async function* () {
      yield new Uint8Array(100)
    })
    const run = { ...there.holding.wanted('videos/film.mkv'), first: 0, count: 2 }
    await assert.rejects(readAll(there.source.pieces(run, signal)), corrupt)
  })

  test('by a layer that is too long or too short is found out', async () => {
    for (const bytes of [64, 128]) {
      await using there = await answering('/layer', 200, async function* () {
        yield new Uint8Array(bytes)
      })
      const wanted = there.holding.wanted('videos/film.mkv')
      await assert.rejects(there.source.layer(wanted, signal), corrupt)
    }
  })

  test('by small files of the wrong length, too few or too many, is found out', async () => {
    for (const bytes of [
      [0, 0, 0, 2, 1, 1, 0, 0, 0, 2, 1, 1],
      [0, 0, 0, 1, 1],
      [0, 0, 0, 1, 1, 0, 0, 0, 2, 1, 1, 0, 0, 0, 1, 1],
      [0, 0, 0, 1],
    ]) {
      await using there = await answering('/small', 200, async function* () {
        yield Uint8Array.from(bytes)
      })
      const wanted = [there.holding.wanted('a.txt'), there.holding.wanted('b.txt')]
      await assert.rejects(readAll(there.source.smallFiles(wanted, signal)), corrupt)
    }
  })

  test('in its watch stream is gone, and we hear of it', async () => {
    for (const bytes of [
      [0, 2, 0, 0],
      [0, 0, 0, 2, 0xff, 0xff],
      [0, 0, 0, 1, 0xa0],
    ]) {
      await using there = await answering('/watch', 200, async function* () {
        yield Uint8Array.from(bytes)
      })
      await there.outside.clock.advanceUntil(() => there.source.gone.aborted)
      assert.deepEqual(there.news.lies.map(errorKind), ['corrupt'])
    }
  })

  test('by saying nothing any more is not waited for longer than a minute', async () => {
    await using there = await answering('film.mkv', 206, async function* () {
      yield new Uint8Array(100)
      await new Promise(() => {})
    })
    const run = { ...there.holding.wanted('videos/film.mkv'), first: 0, count: 2 }
    const reading = assert.rejects(readAll(there.source.pieces(run, signal)), offline)
    await there.outside.clock.advance(70_000)
    await reading
  })
})

function corrupt(error: unknown): boolean {
  return errorKind(error) === 'corrupt'
}

function offline(error: unknown): boolean {
  return errorKind(error) === 'offline'
}

function pieces(source: PeerSource, content: Parameters<PeerSource['has']>[0]): number[] {
  const has = source.has(content)
  return has === 'all' || !has ? [] : [...has]
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}
