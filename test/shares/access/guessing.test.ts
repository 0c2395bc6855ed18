/**
 * Guessing passwords: how many can be tried on one share, from however many PeerIds, across restarts.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { peerIdOf } from '../../../src/mesh/identity/peer-id.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { guessesPerDayMax, ownerGuessLimits } from '../../../src/shares/access/guess-limits.ts'
import { openGuessLog } from '../../../src/shares/access/guess-log.ts'
import { openShareDatabase, shareMigrations } from '../../../src/shares/share-database.ts'
import { shareIdOf } from '../../../src/shares/share-id.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { memoryDatabase } from '../../kit/memory-database.ts'
import { seededRandom } from '../../kit/seeded-random.ts'
import { ShareAsker } from '../../kit/share-asker.ts'
import { ShareOwner, cheapOpaque } from '../../kit/share-owner.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const share = shareIdOf(new Uint8Array(32))
const dayMs = 24 * 60 * 60_000
const random = seededRandom('guessers')
const stranger = (): PeerId => peerIdOf(random.bytes(32))

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

suite('ten thousand guesses from ten thousand PeerIds', () => {
  test('never pass the budget of a day, also when the node restarts again and again', async () => {
    await using database = memoryDatabase(shareMigrations)
    let nowMs = Date.UTC(2030, 0, 1)
    const clock = { now: () => nowMs }
    let log = await openGuessLog(share, { database, clock })
    const passedAt: number[] = []
    for (let guess = 0; guess < 10_000; guess++) {
      if (guess % 997 === 0) log = await openGuessLog(share, { database, clock })
      const started = log.start(stranger(), 'strangers', ownerGuessLimits)
      const isLetPass = await started.then(
        () => true,
        () => false,
      )
      if (isLetPass) passedAt.push(nowMs)
      nowMs += (2 * dayMs) / 10_000
    }
    for (const [at, fromMs] of passedAt.entries()) {
      const within = passedAt.slice(at).filter((atMs) => atMs < fromMs + dayMs)
      assert.ok(within.length <= ownerGuessLimits.perDay.strangers)
    }
    assert.ok(passedAt.length >= ownerGuessLimits.perDay.strangers)
    assert.ok(passedAt.length < guessesPerDayMax)
  })

  test('are not answered, and leave the share open to contacts and to whoever was let in', async () => {
    await using ana = await ShareOwner.open(opaque)
    const passwords = { read: 'lake in autumn' }
    const { access, id } = await ana.share({ read: 'password', change: 'nobody', passwords })
    const { peerId } = ana.identity
    const door = { access, share: id, owner: peerId, answerer: peerId }
    const ben = new ShareAsker('ben', ana.opaque)
    const cleo = new ShareAsker('cleo', ana.opaque)
    await ben.types(passwords.read, door)
    ana.contacts.add(cleo.peer)

    const { request } = await ana.opaque.start('a guess')
    let answered = 0
    for (let guess = 0; guess < 450; guess++) {
      const open = access.open(stranger(), { kind: 'password-start', request })
      await open.then(
        () => answered++,
        (error: unknown) => assert.equal((error as Error).name, 'GuessLimitError'),
      )
      await ana.outside.clock.advance(1000)
    }
    assert.equal(answered, ownerGuessLimits.perDay.strangers - 1)
    assert.equal(await ben.opens(door), 'read')
    assert.equal(await cleo.types(passwords.read, door), 'read')
    const newcomer = new ShareAsker('dora', ana.opaque)
    await assert.rejects(newcomer.types(passwords.read, door), /Try again in 2\d hours/)
  })
})

suite('a guess', () => {
  test('counts from its start on, whatever comes of it', async () => {
    await using ana = await ShareOwner.open(opaque)
    const passwords = { read: 'lake in autumn', change: 'mountain in spring' }
    const opened = await ana.share({ read: 'password', change: 'password', passwords })
    const { request } = await ana.opaque.start('a guess')
    const ben = new ShareAsker('ben', ana.opaque)
    for (let silent = 0; silent < 5; silent++) {
      await opened.access.open(ben.peer, { kind: 'password-start', request })
      await ana.outside.clock.advance(2_000)
    }
    const start = { kind: 'password-start', request } as const
    await assert.rejects(opened.access.open(ben.peer, start), { name: 'GuessLimitError' })
    await ana.restart()
    await assert.rejects(ana.again(opened).access.open(ben.peer, start), {
      name: 'GuessLimitError',
    })
  })

  test('counts when it was right, too: the other password may have been tried with it', async () => {
    await using database = memoryDatabase(shareMigrations)
    const clock = new ManualClock()
    const log = await openGuessLog(share, { database, clock })
    const limits = { perDay: { strangers: 3, contacts: 0 } }
    const ben = stranger()
    for (let right = 0; right < 3; right++) {
      await log.right(await log.start(ben, 'strangers', limits))
      await clock.advance(10_000)
    }
    await assert.rejects(log.start(ben, 'strangers', limits), { name: 'GuessLimitError' })
  })

  test('that was right ends the waits of its peer, also after a restart', async () => {
    await using database = memoryDatabase(shareMigrations)
    const clock = new ManualClock()
    const log = await openGuessLog(share, { database, clock })
    const ben = stranger()
    for (let wrong = 0; wrong < 4; wrong++) await log.start(ben, 'strangers', ownerGuessLimits)
    await log.right(await log.start(ben, 'strangers', ownerGuessLimits))
    await clock.advance(10_000)
    const again = await openGuessLog(share, { database, clock })
    await again.start(ben, 'strangers', ownerGuessLimits)
  })

  test('is on the disk before it is answered', async () => {
    await using database = memoryDatabase(shareMigrations)
    const clock = new ManualClock()
    const disk = Promise.withResolvers<void>()
    const slow = {
      ...database,
      write: async (...call: Parameters<typeof database.write>) => {
        await disk.promise
        return database.write(...call)
      },
    }
    const log = await openGuessLog(share, { database: slow, clock })
    const started = log.start(stranger(), 'strangers', ownerGuessLimits)
    const first = await Promise.race([started.then(() => 'answered'), clock.advance(60_000)])
    assert.equal(first, undefined)
    disk.resolve()
    await started
  })

  test('survives in the real database', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'shares.db')
    const clock = new ManualClock()
    const limits = { perDay: { strangers: 1, contacts: 0 } }
    {
      await using database = await openShareDatabase(path)
      const log = await openGuessLog(share, { database, clock })
      await log.start(stranger(), 'strangers', limits)
    }
    await using database = await openShareDatabase(path)
    const log = await openGuessLog(share, { database, clock })
    await assert.rejects(log.start(stranger(), 'strangers', limits), { name: 'GuessLimitError' })
  })
})
