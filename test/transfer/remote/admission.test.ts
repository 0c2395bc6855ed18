import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { openOpaque } from '../../../src/shares/access/opaque.ts'
import { parseInvite } from '../../../src/shares/invite.ts'
import type { NewShare } from '../../../src/shares/shares.ts'
import { NotAdmittedError, PasswordNeededError } from '../../../src/transfer/remote/errors.ts'
import { RemoteWorld } from '../../kit/remote-world.ts'
import { joinSharing } from '../../kit/sharing-node.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const { signal } = new AbortController()
/** One thread for all of these tests: it takes half a second to start. */
const opaque = openOpaque(systemClock, { memoryKiB: 8, iterations: 1, parallelism: 1 })
after(() => opaque[Symbol.asyncDispose]())

const passwords = { read: 'read it well', change: 'change it well' }

/** Ana shares by these rules; Bob has her link. */
async function anaAndBob(rules: Partial<NewShare>) {
  const world = new RemoteWorld(opaque)
  const ana = await joinSharing(world, 'ana')
  const share = await ana.share(rules)
  const bob = await world.join('bob')
  const invite = { ...parseInvite(share.link()), addresses: [ana.address] }
  const { id } = await bob.remote.accept(invite)
  return {
    ...{ world, ana, bob, share, id, invite, clock: world.outside.clock },
    open: (password?: string) =>
      bob.remote.open(id, password === undefined ? {} : { password }, signal),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      assert.deepEqual(world.outside.log.errors, [])
    },
  }
}

suite('a share for everyone', () => {
  test('opens for whoever asks', async () => {
    await using there = await anaAndBob({ read: 'everyone' })
    await using opened = await there.open()
    assert.equal(opened.files.scope, 'read')
  })
})

suite('the owner of a share', () => {
  test('hears what those call themselves who were let in, or tried a password, and nobody else', async () => {
    await using there = await anaAndBob({ read: 'password', passwords: { read: passwords.read } })
    const { ana, bob } = there
    const heard = () => ana.mesh.book.selfName(bob.peer)
    await assert.rejects(there.open(), PasswordNeededError)
    assert.equal(heard(), undefined)
    await assert.rejects(there.open('a guess at it'), { kind: 'denied' })
    assert.equal(heard(), 'bob')
    const cleo = await there.world.join('cleo')
    await cleo.remote.accept(there.invite)
    await using opened = await cleo.remote.open(there.id, { password: passwords.read }, signal)
    assert.equal(opened.known.scope, 'read')
    assert.equal(ana.mesh.book.selfName(cleo.peer), 'cleo')
  })
})

suite('a share for those who have its link', () => {
  test('opens with the link', async () => {
    await using there = await anaAndBob({ read: 'link' })
    await using opened = await there.open()
    assert.equal(opened.known.scope, 'read')
  })

  test('stays shut without it', async () => {
    await using there = await anaAndBob({ read: 'link' })
    const eve = await there.world.join('eve')
    await eve.remote.accept({ ...there.invite, secret: undefined })
    await assert.rejects(eve.remote.open(there.id, {}, signal), NotAdmittedError)
  })

  test('stays shut with an old link', async () => {
    await using there = await anaAndBob({ read: 'link' })
    await there.ana.shares.change(there.id, { read: 'link' })
    await assert.rejects(there.open(), { kind: 'denied', message: /no longer valid/ })
  })
})

suite("a share for its owner's contacts", () => {
  test('opens for those whom she trusts, and for nobody else', async () => {
    await using there = await anaAndBob({ read: 'contacts' })
    const { ana, bob } = there
    await assert.rejects(there.open(), NotAdmittedError)
    await ana.mesh.book.put(bob.peer, { trust: 'trusted' })
    await using opened = await there.open()
    assert.equal(opened.files.scope, 'read')
  })

  test('is not even mentioned to others', async () => {
    await using there = await anaAndBob({ read: 'contacts' })
    assert.deepEqual(await there.bob.remote.offered(there.ana.peer, signal), [])
  })
})

suite('a share with a read and a change password', () => {
  const rules = { read: 'password', change: 'password', passwords } as const

  test('asks for a password', async () => {
    await using there = await anaAndBob(rules)
    await assert.rejects(there.open(), PasswordNeededError)
  })

  test('gives a reader to who knows the read password', async () => {
    await using there = await anaAndBob(rules)
    await using opened = await there.open(passwords.read)
    assert.equal(opened.files.scope, 'read')
    assert.ok(!('editor' in opened.files))
  })

  test('gives an editor to who knows the change password', async () => {
    await using there = await anaAndBob(rules)
    await using opened = await there.open(passwords.change)
    assert.equal(opened.files.scope, 'change')
  })

  test('stays shut for any other password', async () => {
    await using there = await anaAndBob(rules)
    await assert.rejects(there.open('guess it badly'), { name: 'WrongPasswordError' })
  })

  test('needs no password a second time', async () => {
    await using there = await anaAndBob(rules)
    const first = await there.open(passwords.change)
    await first[Symbol.asyncDispose]()
    await using again = await there.open()
    assert.equal(again.files.scope, 'change')
  })

  test('makes an editor of a reader who types the change password', async () => {
    await using there = await anaAndBob(rules)
    await using reader = await there.open(passwords.read)
    assert.equal(reader.files.scope, 'read')
    await using editor = await there.open(passwords.change)
    assert.equal(editor, reader)
    assert.equal(reader.files.scope, 'change')
  })

  test('leaves a reader what it has when a second password is wrong', async () => {
    await using there = await anaAndBob(rules)
    await using reader = await there.open(passwords.read)
    await assert.rejects(there.open('guess it badly'), { name: 'WrongPasswordError' })
    assert.equal(reader.files.scope, 'read')
    assert.equal(reader.lost(), undefined)
  })
})

suite('an opened share', () => {
  const rules = { read: 'password', change: 'nobody', passwords: { read: passwords.read } } as const

  test('stays open for hours: its capability is renewed before it ends', async () => {
    await using there = await anaAndBob(rules)
    await using opened = await there.open(passwords.read)
    await there.clock.advanceUntil(() => opened.sources().length > 0)
    for (let quarter = 0; quarter < 4; quarter++) await there.clock.advance(15 * 60_000)
    assert.equal(opened.lost(), undefined)
    assert.equal(opened.sources().length, 1)
  })

  test('is lost within seconds of a new password, and back with it', async () => {
    await using there = await anaAndBob(rules)
    await using opened = await there.open(passwords.read)
    await there.clock.advanceUntil(() => opened.sources().length > 0)
    const told: number[] = []
    opened.sourcesChanged.subscribe((sources) => void told.push(sources.length))
    const newer = 'read it better'
    const startMs = there.clock.elapsed()
    await there.ana.shares.change(there.id, { passwords: { read: newer } })
    await there.clock.advanceUntil(() => opened.lost() !== undefined)
    assert.ok(there.clock.elapsed() - startMs < 10_000)
    assert.ok(opened.lost() instanceof PasswordNeededError)
    assert.deepEqual(opened.sources(), [])
    assert.equal(told.at(-1), 0)
    const root = opened.files.reader.list('' as never, undefined, 10, signal)
    await assert.rejects(root, PasswordNeededError)
    await using again = await there.open(newer)
    assert.equal(again, opened)
    assert.equal(opened.lost(), undefined)
    await there.clock.advanceUntil(() => opened.sources().length > 0)
  })

  test('is not lost because nobody answers for a while', async () => {
    await using there = await anaAndBob(rules)
    await using opened = await there.open(passwords.read)
    there.world.mesh.network.cut(there.ana.peer, there.bob.peer)
    await there.clock.advance(20 * 60_000)
    assert.equal(opened.lost(), undefined)
    there.world.mesh.network.heal(there.ana.peer, there.bob.peer)
    await there.clock.advanceUntil(() => opened.sources().length > 0)
    const heads: number[] = []
    const eve = testIdentity('eve').peerId
    opened.headChanged.subscribe(({ head }) => void heads.push(head.sequence))
    await there.ana.shares.change(there.id, { revoke: eve })
    await there.clock.advanceUntil(() => heads.length > 0)
  })

  test('opens although the clocks are a day apart', async () => {
    await using there = await anaAndBob({ read: 'everyone' })
    // Capabilities are dated by their issuer alone: whoever is let in measures by its own stopwatch.
    await there.clock.advance(24 * 60 * 60_000)
    await using opened = await there.open()
    assert.equal(opened.files.scope, 'read')
  })

  test('is closed to who is shut out, and says so', async () => {
    await using there = await anaAndBob({ read: 'everyone' })
    await using opened = await there.open()
    await there.clock.advanceUntil(() => opened.sources().length > 0)
    await there.ana.shares.change(there.id, { revoke: there.bob.peer })
    await there.clock.advanceUntil(() => opened.lost() !== undefined)
    assert.match(opened.lost()?.message ?? '', /shut you out/)
    await there.ana.shares.change(there.id, { admit: there.bob.peer })
    await there.clock.advanceUntil(() => opened.lost() === undefined)
  })
})
