import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import { CorruptError } from '../../../src/content/errors.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import type { Answer, Answerer } from '../../../src/mesh/mesh.ts'
import type { RemoteShare } from '../../../src/transfer/transfer.ts'
import { collect } from '../../kit/collect.ts'
import { MemoryHolding } from '../../kit/memory-holding.ts'
import { RemoteWorld } from '../../kit/remote-world.ts'
import { testShareKey } from '../../kit/test-share.ts'

const { signal } = new AbortController()
const film = new Uint8Array(2 * pieceBytes + 5).map((_, at) => (at * 3) % 241)
const files = { 'film.mkv': film, 'a.txt': 'a' }

/** Ana shares; Cleo has a copy and serves it in turn; Bob has Ana's link. */
async function threeNodes(around?: (usual: Answerer) => Answerer) {
  const world = new RemoteWorld()
  const holding = world.holding()
  holding.put(files)
  const ana = await world.join('ana', { holdings: [holding] })
  const copy = new MemoryHolding(testShareKey('photos'), ana.peer, world.outside)
  copy.put(files)
  const cleo = await world.join('cleo', { holdings: [copy], ...(around && { around }) })
  const invite = world.invite(holding, ana)
  const { id } = await cleo.remote.accept(invite)
  const cleos = await cleo.remote.open(id, {}, signal)
  const bob = await world.join('bob')
  await bob.remote.accept(invite)
  const { clock } = world.outside
  return {
    ...{ world, holding, copy, ana, bob, cleo, cleos, id, clock },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

suite('an owner who gave something wrong', () => {
  test('is left alone for a minute only: there may be nobody else', async () => {
    await using there = await threeNodes()
    const { bob, id, clock, ana } = there
    await using share = await bob.remote.open(id, {}, signal)
    await clock.advanceUntil(() => share.sources().length === 1)
    const [source = assert.fail()] = share.sources()
    share.blame(source, new CorruptError('A wrong piece.'))
    assert.equal(source.gone.aborted, true)
    await clock.advance(50_000)
    assert.deepEqual(share.sources(), [])
    await clock.advanceUntil(() => share.sources().length === 1)
    assert.deepEqual(idsOf(share), [ana.peer])
  })
})

suite('whoever holds a copy and serves it in turn', () => {
  test('is told of by the owner, linked to, and a source', async () => {
    await using there = await threeNodes()
    const { bob, cleo, cleos, id, clock, ana } = there
    const commissions: string[] = []
    using _ = cleos.holdInTurn((bytes) => commissions.push(Buffer.from(bytes).toString()))
    await using share = await bob.remote.open(id, {}, signal)
    await clock.advanceUntil(() => share.sources().length === 2)
    assert.deepEqual(
      share.sources().map((source) => source.id),
      [ana.peer, cleo.peer],
    )
    await clock.advanceUntil(() => commissions.length > 0)
    assert.deepEqual(commissions, ['commission'])
  })

  test('is not told of before it says so, nor after it has stopped', async () => {
    await using there = await threeNodes()
    const { bob, cleos, id, clock } = there
    await using share = await bob.remote.open(id, {}, signal)
    await clock.advance(5_000)
    assert.equal(share.sources().length, 1)
    const holding = cleos.holdInTurn(() => {})
    await clock.advanceUntil(() => share.sources().length === 2)
    holding[Symbol.dispose]()
    await share[Symbol.asyncDispose]()
    await clock.advance(5_000)
    await using again = await bob.remote.open(id, {}, signal)
    await clock.advanceUntil(() => again.sources().length > 0)
    assert.ok(!there.cleos.lost())
  })

  test('lets in and serves while the owner is away', async () => {
    await using there = await threeNodes()
    const { bob, ana, cleos, cleo, id, clock } = there
    using _ = cleos.holdInTurn(() => {})
    const first = await bob.remote.open(id, {}, signal)
    await clock.advanceUntil(() => first.sources().length === 2)
    await ana.leave()
    await clock.advanceUntil(() => first.sources().length === 1)
    assert.equal(await sameFilm(first), true)
    await first[Symbol.asyncDispose]()
    await bob.leave()
    const again = await there.world.join('bob')
    await using share = await opened(again.remote.open(id, {}, signal), clock)
    await clock.advanceUntil(() => share.sources().length === 1)
    assert.equal(share.sources()[0]?.id, cleo.peer)
    assert.equal(await sameFilm(share), true)
    assert.equal(there.copy.opened.at(-1)?.kind, 'renewal')
  })

  test('gives no more than reading, and the owner what it gave before as soon as she is back', async () => {
    await using there = await threeNodes()
    const { bob, cleos, id, clock, ana, world, holding } = there
    holding.scopeOf = () => 'change'
    using _ = cleos.holdInTurn(() => {})
    const first = await bob.remote.open(id, {}, signal)
    assert.equal(first.files.scope, 'change')
    await clock.advanceUntil(() => first.sources().length === 2)
    await first[Symbol.asyncDispose]()
    await ana.leave()
    await using share = await opened(bob.remote.open(id, {}, signal), clock)
    assert.equal(share.files.scope, 'read')
    assert.equal(share.known.scope, 'change')
    const again = await world.join('ana', { holdings: [holding] })
    await bob.mesh.book.remember(again.peer, [again.address], 'user')
    await clock.advanceUntil(() => share.files.scope === 'change')
  })

  for (const lie of ['files/film.mkv', 'layer', 'pages']) {
    test(`and lies (${lie}) is blamed, left alone for an hour, and the owner is asked`, async () => {
      await using there = await threeNodes((usual) => async (question) => {
        const answer = await usual(question)
        if (!question.path.endsWith(lie) || !isStream(answer.body)) return answer
        return { ...answer, body: turned(answer.body) }
      })
      const { bob, cleo, cleos, id, clock, ana, world } = there
      using _ = cleos.holdInTurn(() => {})
      await using share = await bob.remote.open(id, {}, signal)
      await clock.advanceUntil(() => share.sources().length === 2)
      const [{ address }] = [ana]
      await ana.leave()
      await clock.advanceUntil(() => share.sources().length === 1)
      await assert.rejects(sameFilm(share), { kind: /corrupt|offline/ })
      assert.deepEqual(share.sources(), [])
      assert.ok(world.outside.log.lines.some(({ event }) => /gave something wrong/.test(event)))
      await clock.advance(30 * 60_000)
      assert.deepEqual(share.sources(), [])

      const again = await world.join('ana', { holdings: [there.holding] })
      for (const { mesh } of [bob, cleo]) {
        await mesh.book.remember(again.peer, [again.address, address], 'user')
      }
      await clock.advanceUntil(() => share.sources().length > 0 && cleos.sources().length > 0)
      await clock.advance(60_000)
      assert.deepEqual(idsOf(share), [ana.peer])
      assert.equal(await sameFilm(share), true)

      // After an hour it is heard of again, like anybody else.
      await clock.advance(40 * 60_000)
      cleos.holdInTurn(() => {})
      await clock.advanceUntil(() => share.sources().length === 2)
    })
  }
})

function isStream(body: Answer['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array)
}

async function* turned(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield chunk.map((byte) => byte ^ 1)
}

function idsOf(share: RemoteShare): string[] {
  return share.sources().map(({ id }) => id)
}

async function sameFilm(share: RemoteShare): Promise<boolean> {
  const path = parseSharePath('film.mkv')
  const read = await collect(share.files.reader.read(path, 0, undefined, signal))
  return Buffer.compare(Buffer.concat(read), film) === 0
}

/** Opening while somebody is away takes as long as it takes to give up on her. */
async function opened<Value>(opening: Promise<Value>, clock: RemoteWorld['outside']['clock']) {
  let isOpen = false
  const done = opening.finally(() => (isOpen = true))
  done.catch(() => {})
  await clock.advanceUntil(() => isOpen)
  return done
}
