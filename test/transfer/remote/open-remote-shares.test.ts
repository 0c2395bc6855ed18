import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import { NotAdmittedError, UnknownShareError } from '../../../src/transfer/remote/errors.ts'
import type { RemoteShare } from '../../../src/transfer/transfer.ts'
import { encodeOpenAnswer } from '../../../src/transfer/wire/open-answer.ts'
import { collect } from '../../kit/collect.ts'
import { plain } from '../../kit/plain.ts'
import { RemoteWorld } from '../../kit/remote-world.ts'
import type { RemoteNodeOptions } from '../../kit/remote-world.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const { signal } = new AbortController()
const path = parseSharePath
const film = new Uint8Array(3 * pieceBytes + 99).map((_, at) => (at * 11) % 253)
const files = { 'videos/film.mkv': film, 'a.txt': 'aaa', 'b.txt': 'b', 'empty.txt': '' }

/** Ana shares, Bob has her link. */
async function anaAndBob(options: RemoteNodeOptions = {}) {
  const world = new RemoteWorld()
  const holding = world.holding()
  holding.put(files)
  const ana = await world.join('ana', { holdings: [holding], ...options })
  const bob = await world.join('bob')
  const known = await bob.remote.accept(world.invite(holding, ana))
  return {
    ...{ world, holding, ana, bob, known, clock: world.outside.clock },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      assert.deepEqual(world.outside.log.errors, [])
    },
  }
}

suite('a link to a share', () => {
  test('is remembered, and makes its owner a contact called as she calls her node', async () => {
    await using there = await anaAndBob()
    const { bob, ana, holding } = there
    const share = { id: holding.share, owner: ana.peer, name: 'Photos', scope: undefined }
    assert.deepEqual(bob.remote.known(), [share])
    const contact = bob.mesh.book.contact(ana.peer)
    assert.equal(contact?.petname, 'ana')
    assert.equal(contact.trust, 'known')
  })

  test('from somebody who is away now is remembered all the same', async () => {
    await using world = new RemoteWorld()
    const holding = world.holding()
    const bob = await world.join('bob')
    const ana = await world.join('ana')
    await ana.leave()
    await bob.remote.accept(world.invite(holding, ana))
    assert.match(bob.mesh.book.contact(ana.peer)?.petname ?? '', /^peer-/)
  })

  test('never renames a contact that the user has named', async () => {
    await using world = new RemoteWorld()
    const holding = world.holding()
    const ana = await world.join('ana', { holdings: [holding] })
    const bob = await world.join('bob')
    await bob.mesh.book.put(ana.peer, { petname: 'Sister', trust: 'trusted' })
    await bob.remote.accept(world.invite(holding, ana))
    assert.equal(bob.mesh.book.contact(ana.peer)?.petname, 'Sister')
    assert.equal(bob.mesh.book.contact(ana.peer)?.trust, 'trusted')
  })

  test('to a second share of one name gives it a name of its own', async () => {
    await using world = new RemoteWorld()
    const [one, two] = [world.holding('ana', 'one'), world.holding('ana', 'two')]
    const ana = await world.join('ana', { holdings: [one, two] })
    const bob = await world.join('bob')
    await bob.remote.accept(world.invite(one, ana))
    await bob.remote.accept(world.invite(two, ana))
    await bob.remote.accept(world.invite(two, ana))
    assert.deepEqual(
      bob.remote.known().map(({ name }) => name),
      ['Photos', 'Photos 2'],
    )
  })
})

suite('what a peer shares', () => {
  test('is what it shows to whoever asks, and is remembered', async () => {
    await using world = new RemoteWorld()
    const [open, secret] = [world.holding('ana', 'open'), world.holding('ana', 'secret')]
    open.put(files)
    secret.scopeOf = () => undefined
    const ana = await world.join('ana', { holdings: [open, secret] })
    const bob = await world.join('bob')
    await bob.mesh.book.remember(ana.peer, [ana.address], 'user')
    const offered = await bob.remote.offered(ana.peer, signal)
    const row = {
      id: open.share,
      owner: ana.peer,
      name: 'Photos',
      read: 'everyone',
      change: 'nobody',
    }
    assert.deepEqual(offered, [{ ...row, files: 4, bytes: film.length + 4 }])
    assert.deepEqual(
      bob.remote.known().map(({ id }) => id),
      [open.share],
    )
  })
})

suite('an opened share', () => {
  test('is listed and read, every byte of it', async () => {
    await using there = await anaAndBob()
    await using share = await there.bob.remote.open(there.known.id, {}, signal)
    const { reader } = share.files
    const entries = await reader.list(path(''), undefined, 10, signal)
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['a.txt', 'b.txt', 'empty.txt', 'videos'],
    )
    const entry = await reader.entry(path('videos/film.mkv'), signal)
    assert.deepEqual(
      plain(entry),
      plain({
        ...{ kind: 'file', name: 'film.mkv', mtimeMs: 1000, executable: false },
        content: there.holding.contentAt('videos/film.mkv'),
      }),
    )
    assert.equal(await reader.entry(path('videos/nothing'), signal), undefined)
    assert.equal(Buffer.compare(await readAll(share, 'videos/film.mkv'), film), 0)
    assert.equal((await readAll(share, 'a.txt')).toString(), 'aaa')
    assert.equal((await readAll(share, 'empty.txt')).length, 0)
  })

  test('is read from and to where one likes', async () => {
    await using there = await anaAndBob()
    await using share = await there.bob.remote.open(there.known.id, {}, signal)
    for (const [offset, length] of [
      [0, 1],
      [pieceBytes - 1, 2],
      [pieceBytes, pieceBytes],
      [film.length - 5, 100],
      [film.length, 1],
      [17, undefined],
    ] as const) {
      const read = await collect(
        share.files.reader.read(path('videos/film.mkv'), offset, length, signal),
      )
      const end = length === undefined ? undefined : offset + length
      assert.equal(Buffer.compare(Buffer.concat(read), film.subarray(offset, end)), 0, `${offset}`)
    }
  })

  test('follows its head', async () => {
    await using there = await anaAndBob()
    await using share = await there.bob.remote.open(there.known.id, {}, signal)
    assert.equal(share.head().head.sequence, 1)
    const changed: number[] = []
    share.headChanged.subscribe(({ head }) => void changed.push(head.sequence))
    await there.clock.advanceUntil(() => share.sources().length > 0)
    there.holding.put({ 'new.txt': 'new' })
    await there.clock.advanceUntil(() => changed.length > 0)
    assert.deepEqual(changed, [2])
    assert.equal((await readAll(share, 'new.txt')).toString(), 'new')
  })

  test('is one object for all who open it, and closes with the last', async () => {
    await using there = await anaAndBob()
    const { bob, known, clock, holding } = there
    const one = await bob.remote.open(known.id, {}, signal)
    const two = await bob.remote.open(known.id, {}, signal)
    assert.equal(one, two)
    await one[Symbol.asyncDispose]()
    await clock.advanceUntil(() => two.sources().length > 0)
    assert.equal((await readAll(two, 'a.txt')).toString(), 'aaa')
    await two[Symbol.asyncDispose]()
    assert.equal(two.sources().length, 0)
    assert.notEqual(await bob.remote.open(known.id, {}, signal), one)
    assert.equal(holding.opened.length, 2)
  })

  test('is unknown until somebody has told of it', async () => {
    await using there = await anaAndBob()
    const { share } = there.world.holding('ana', 'another')
    await assert.rejects(there.bob.remote.open(share, {}, signal), UnknownShareError)
    await there.bob.remote.forget(there.known.id)
    await assert.rejects(there.bob.remote.open(there.known.id, {}, signal), UnknownShareError)
  })

  test('of an owner who is away is offline, if nobody stands in for her', async () => {
    await using there = await anaAndBob()
    await there.ana.leave()
    const opening = there.bob.remote.open(there.known.id, {}, signal)
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof OfflineError)
      assert.match(error.message, /^ana can't be reached now/)
      return true
    })
  })

  test('that is for others says what it would take', async () => {
    await using there = await anaAndBob()
    there.holding.scopeOf = () => undefined
    const opening = there.bob.remote.open(there.known.id, {}, signal)
    await assert.rejects(opening, NotAdmittedError)
  })

  test('is not opened with a capability that is none, whoever gives it', async () => {
    await using world = new RemoteWorld()
    const holding = world.holding()
    const eve = testIdentity('eve').peerId
    const bob = testIdentity('bob').peerId
    const strange = world.holding('ana', 'strange')
    for (const capability of [
      holding.capability(eve, 'read'),
      strange.capability(bob, 'read'),
      forged(holding.capability(bob, 'read')),
      Buffer.from('no capability at all'),
    ]) {
      const granted = { kind: 'granted', capability, scope: 'read', deputy: undefined } as const
      await using there = await anaAndBob({
        around: (usual) => async (question) => {
          if (!question.path.endsWith('/open')) return usual(question)
          return { status: 200, body: encodeOpenAnswer(granted) }
        },
      })
      const opening = there.bob.remote.open(there.known.id, {}, signal)
      await assert.rejects(opening, { kind: 'corrupt' })
    }
  })

  test('that its owner has given up is missing, and not offline', async () => {
    await using there = await anaAndBob({
      around: (usual) => async (question) => {
        return question.path.endsWith('/open') ? { status: 404 } : usual(question)
      },
    })
    const opening = there.bob.remote.open(there.known.id, {}, signal)
    await assert.rejects(opening, { kind: 'missing' })
  })

  test('that has no head yet is waited for', async () => {
    await using world = new RemoteWorld()
    const holding = world.holding()
    const ana = await world.join('ana', { holdings: [holding] })
    const bob = await world.join('bob')
    const { id } = await bob.remote.accept(world.invite(holding, ana))
    const opening = bob.remote.open(id, {}, signal)
    await world.outside.clock.advance(1_000)
    holding.put({ 'a.txt': 'a' })
    await world.outside.clock.advance(1_000)
    assert.equal((await opening).head().head.summary.files, 1)
  })

  test('remembers across a restart the newest head and what it was let in with', async () => {
    await using there = await anaAndBob()
    const share = await there.bob.remote.open(there.known.id, {}, signal)
    await share[Symbol.asyncDispose]()
    await there.bob.leave()
    const again = await there.world.join('bob')
    assert.deepEqual(again.remote.known(), [{ ...there.known, scope: 'read' }])
    assert.equal(again.remote.pinned(there.known.id)?.head.sequence, 1)
  })
})

async function readAll(share: RemoteShare, text: string): Promise<Buffer> {
  return Buffer.concat(await collect(share.files.reader.read(path(text), 0, undefined, signal)))
}

/** With the last bit of its signature turned. */
function forged(capability: Uint8Array): Uint8Array {
  return capability.map((byte, at) => (at === capability.length - 1 ? byte ^ 1 : byte))
}
