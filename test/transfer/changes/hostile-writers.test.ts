import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import type { Answer, Answerer } from '../../../src/mesh/mesh.ts'
import type { ChangeFrame } from '../../../src/transfer/wire/change-frame.ts'
import { encodeChange } from '../../../src/transfer/wire/change.ts'
import type { Change } from '../../../src/transfer/wire/change.ts'
import { askChange, askOfferLayer, askOfferPieces } from '../../../src/transfer/wire/peer-client.ts'
import { ChangeWorld } from '../../kit/change-world.ts'
import type { Writer } from '../../kit/change-world.ts'
import { collect } from '../../kit/collect.ts'
import { contentOfBytes } from '../../kit/content-of-bytes.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const { signal } = new AbortController()
const path = parseSharePath
const film = new Uint8Array(2 * pieceBytes + 7).map((_, at) => (at * 5) % 247)
const target = {
  path: path('film.mkv'),
  base: 'absent',
  attributes: { mtimeMs: 0, executable: false },
} as const

function putFilm({ editor, files }: Writer) {
  files.put('/local/film.mkv', film)
  return editor.put('/local/film.mkv', target, () => {}, signal)
}

/** Answers questions for offered bytes with this instead. */
const answeringBytes =
  (body: () => Answer['body']) =>
  (usual: Answerer): Answerer =>
  async (question) => {
    if (!question.path.endsWith('/bytes')) return usual(question)
    const given = body()
    return given ? { status: 206, body: given } : { status: 206 }
  }

suite('a writer who offers one thing and sends another', () => {
  test('is found out before a byte is installed, and nothing of it is kept', async () => {
    await using there = await ChangeWorld.open()
    const lies = async function* (): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 3; piece++) yield new Uint8Array(piece < 2 ? pieceBytes : 7)
    }
    const eve = await there.writer('eve', answeringBytes(lies))
    await assert.rejects(there.answered(putFilm(eve)), { kind: 'corrupt' })
    assert.deepEqual(there.folder.paths, ['a.txt', 'b.txt'])
    assert.ok([...there.folder.stages.values()].every(({ isDiscarded }) => isDiscarded))
  })

  test('is found out by its layer, too', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve', (usual) => async (question) => {
      if (!question.path.endsWith('/layer')) return usual(question)
      return { status: 200, body: new Uint8Array(3 * 32) }
    })
    await assert.rejects(there.answered(putFilm(eve)), { kind: 'corrupt' })
  })

  test('without end is cut off', async () => {
    await using there = await ChangeWorld.open()
    let sent = 0
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent++
        yield new Uint8Array(pieceBytes)
      }
    }
    const eve = await there.writer('eve', answeringBytes(endless))
    await assert.rejects(there.answered(putFilm(eve)), { kind: 'corrupt' })
    assert.ok(sent < 20, `${sent} MiB`)
  })

  test('never is given up after two minutes', async () => {
    await using there = await ChangeWorld.open()
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      await new Promise(() => {})
      yield new Uint8Array()
    }
    const eve = await there.writer('eve', answeringBytes(silent))
    const content = contentOfBytes(film)
    const put: Change = { ...stampOf(there, 'eve'), what: 'put', content, ...target }
    await using file = await eve.files.put('/local/film.mkv', film).open('/local/film.mkv')
    using _ = eve.node.offers.offer(put.id, there.ana.peer, file)
    const frames = await there.answered(post(there, eve, put))
    assert.ok(there.clock.elapsed() >= 120_000)
    const last = frames.at(-1)
    assert.ok(last && 'failure' in last && last.failure.kind === 'offline')
    assert.deepEqual(there.folder.paths, ['a.txt', 'b.txt'])
  })
})

suite('a change that is not what it seems', () => {
  test("but another peer's is refused, although it is signed", async () => {
    await using there = await ChangeWorld.open()
    await there.writer('bob')
    const eve = await there.writer('eve')
    await assert.rejects(post(there, eve, makeBy(there, 'bob'), 'bob'), { kind: 'denied' })
    assert.equal(there.folder.directories.size, 0)
  })

  test('but signed by another key is refused', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve')
    await assert.rejects(post(there, eve, makeBy(there, 'eve'), 'bob'), { kind: 'denied' })
  })

  test('but meant for another share is refused', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve')
    const { share } = there.world.holding('ana', 'other')
    await assert.rejects(post(there, eve, { ...makeBy(there, 'eve'), share }), { kind: 'denied' })
  })

  test('but a reader’s is refused, with a word about the password', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve')
    await there.ana.mesh.book.put(eve.node.peer, { trust: 'known' })
    await assert.rejects(post(there, eve, makeBy(there, 'eve')), {
      kind: 'denied',
      message: /read, not change/,
    })
  })

  test('but an old one, shown again, changes nothing twice', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve')
    const [first] = await post(there, eve, makeBy(there, 'eve'))
    there.folder.directories.clear()
    const [again] = await post(there, eve, makeBy(there, 'eve'))
    assert.deepEqual(resultOf(again), resultOf(first))
    assert.equal(there.folder.directories.size, 0)
  })

  test('once the writer is shut out is not installed, however far it had come', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve')
    let writes = 0
    there.folder.onStep = (step) => {
      if (step === 'write' && ++writes === 1)
        void there.ana.shares.change(there.share.id, { revoke: eve.node.peer })
    }
    await assert.rejects(there.answered(putFilm(eve)), { kind: 'denied' })
    assert.deepEqual(there.folder.paths, ['a.txt', 'b.txt'])
  })

  test('of which there are more than enough at once has to wait', async () => {
    await using there = await ChangeWorld.open()
    const eve = await there.writer('eve')
    const gate = Promise.withResolvers<void>()
    there.folder.gate = gate.promise
    const many = Array.from({ length: 12 }, (_, at) => {
      eve.files.put(`/local/${at}`, `${at}`)
      return eve.editor.put(`/local/${at}`, { ...target, path: path(`${at}`) }, () => {}, signal)
    })
    await there.clock.advanceUntil(() => there.folder.stages.size === 8)
    await there.clock.advance(5 * 60_000)
    assert.equal(there.folder.stages.size, 8)
    gate.resolve()
    const results = await there.answered(Promise.all(many))
    assert.ok(results.every(({ outcome }) => outcome === 'done'))
  })
})

suite('an offered file', () => {
  test('is for the owner of the share alone, and only while the change is under way', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    const cleo = await there.writer('cleo')
    const id = new Uint8Array(16).fill(3)
    const content = contentOfBytes(film)
    bob.files.put('/local/film.mkv', film)
    await using file = await bob.files.open('/local/film.mkv')
    const offer = bob.node.offers.offer(id, there.ana.peer, file)
    await cleo.node.mesh.book.remember(bob.node.peer, [bob.node.address], 'user')
    const { clock } = there
    const anas = { link: await there.ana.mesh.link(bob.node.peer, signal), clock }
    const cleos = { link: await cleo.node.mesh.link(bob.node.peer, signal), clock }
    const run = { content, first: 1, count: 1 }
    assert.equal((await askOfferLayer(anas, id, content, signal)).length, 96)
    assert.equal((await collect(askOfferPieces(anas, id, run, signal))).length, 1)
    const missing = { kind: 'missing' }
    await assert.rejects(askOfferLayer(cleos, id, content, signal), missing)
    await assert.rejects(collect(askOfferPieces(cleos, id, run, signal)), missing)
    offer[Symbol.dispose]()
    await assert.rejects(askOfferLayer(anas, id, content, signal), missing)
  })

  test('of which nobody asked in an hour is over', async () => {
    await using there = await ChangeWorld.open()
    const { offers } = (await there.writer('bob')).node
    const file = { content: contentOfBytes(film), layer: undefined, piece: async () => film }
    const id = new Uint8Array(16)
    using _ = offers.offer(id, there.ana.peer, file)
    assert.equal(offers.find(id, there.ana.peer), file)
    await there.clock.advance(61 * 60_000)
    assert.throws(() => offers.find(id, there.ana.peer), { kind: 'missing' })
  })
})

function resultOf(frame: ChangeFrame | undefined) {
  return frame && 'result' in frame ? frame.result : assert.fail()
}

/** Posts what Eve, who may change, has put together by hand. */
async function post(
  there: ChangeWorld,
  eve: Writer,
  change: Change,
  signer = 'eve',
): Promise<ChangeFrame[]> {
  const link = await eve.node.mesh.link(there.ana.peer, signal)
  const answer = await there.share.access.open(eve.node.peer, { kind: 'none' })
  assert.ok(answer.kind === 'granted')
  const capability = () => answer.capability
  const line = { link, clock: there.clock, share: there.share.id, capability }
  return collect(askChange(line, encodeChange(change, testIdentity(signer)), signal))
}

function makeBy(there: ChangeWorld, writer: string): Change {
  return { ...stampOf(there, writer), what: 'make', path: path('new') }
}

function stampOf(there: ChangeWorld, writer: string) {
  const id = new Uint8Array(16).fill(7)
  return { share: there.share.id, id, writer: testIdentity(writer).peerId, timeMs: 0 }
}
