/**
 * The owner is away: Dora, who keeps a copy and was made a deputy, lets readers in. Told as it happens.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import { decodeCbor } from '../../../src/base/cbor.ts'
import { CapabilityChecker } from '../../../src/shares/access/capability-check.ts'
import { deputyAccesses } from '../../../src/shares/access/deputy-access.ts'
import { appointed, deputyshipLifeMs } from '../../../src/shares/access/deputy-roll.ts'
import type { Appointment } from '../../../src/shares/access/deputy-roll.ts'
import { encodeCommission, parseCommission } from '../../../src/shares/access/deputy.ts'
import type { Commission } from '../../../src/shares/access/deputy.ts'
import { signDeputyship } from '../../../src/shares/access/deputyship.ts'
import { deputiesMax, guessesPerDeputy } from '../../../src/shares/access/guess-limits.ts'
import { parseInvite } from '../../../src/shares/invite.ts'
import type { LiveShare } from '../../../src/shares/open-share.ts'
import { shareMigrations } from '../../../src/shares/share-database.ts'
import type { Head, NewShare, OwnShare } from '../../../src/shares/shares.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { memoryDatabase } from '../../kit/memory-database.ts'
import { ShareAsker } from '../../kit/share-asker.ts'
import type { ShareDoor } from '../../kit/share-asker.ts'
import { ShareOwner, cheapOpaque } from '../../kit/share-owner.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { testShareKey } from '../../kit/test-share.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const readPassword = 'lake in autumn'
const changePassword = 'mountain in spring'
const both: NewShare = {
  read: 'password',
  change: 'password',
  passwords: { read: readPassword, change: changePassword },
}
const linked: NewShare = { read: 'link', change: 'nobody', passwords: {} }

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

suite('a deputy, while the owner is away', () => {
  test('lets in who knows the read password', async (t) => {
    const { ben, dora, doraDoor, checkElsewhere } = await town(t, both)
    await dora.becomesDeputy()
    assert.equal(await ben.opens(doraDoor), 'needs password')
    assert.equal(await ben.types(readPassword, doraDoor), 'read')
    ben.uses(doraDoor, 'read')
    checkElsewhere(ben)
  })

  test('lets in nobody with another password, and nobody to change', async (t) => {
    const { ben, dora, doraDoor } = await town(t, both)
    await dora.becomesDeputy()
    await assert.rejects(ben.types('something else', doraDoor), { name: 'WrongPasswordError' })
    await assert.rejects(ben.types(changePassword, doraDoor), { name: 'WrongPasswordError' })
  })

  test('lets in who has the link, and refuses who has not', async (t) => {
    const { ben, dora, doraDoor, share } = await town(t, linked)
    const secret = parseInvite(share.link()).secret ?? assert.fail()
    await dora.becomesDeputy()
    assert.equal(await ben.opens(doraDoor), 'needs link')
    await assert.rejects(ben.showsLink(doraDoor, new Uint8Array(16)), { name: 'DeniedError' })
    assert.equal(await ben.showsLink(doraDoor, secret), 'read')
    assert.equal(await ben.opens(doraDoor), 'read')
  })

  test('lets everyone in where the owner does', async (t) => {
    const { ben, dora, doraDoor } = await town(t, {
      read: 'everyone',
      change: 'nobody',
      passwords: {},
    })
    await dora.becomesDeputy()
    assert.equal(await ben.opens(doraDoor), 'read')
    assert.equal(doraDoor.access.entitled(ben.peer), 'read')
  })

  test('lets in again, without a word, whom the owner had let in', async (t) => {
    const { ben, dora, doraDoor, anaDoor, outside } = await town(t, both)
    await dora.becomesDeputy()
    await ben.types(readPassword, anaDoor)
    await outside.clock.advance(dayMs)
    assert.throws(() => ben.uses(doraDoor, 'read'), { fault: 'expired' })
    assert.equal(await ben.showsLastCapability(doraDoor), 'read')
    ben.uses(doraDoor, 'read')
  })

  test('takes no old capability of somebody else, nor one that is over a week old', async (t) => {
    const { ben, cleo, dora, doraDoor, anaDoor, outside } = await town(t, both)
    await ben.types(readPassword, anaDoor)
    cleo.capability = ben.capability
    await outside.clock.advance(4 * dayMs)
    await dora.becomesDeputy()
    assert.equal(await cleo.showsLastCapability(doraDoor), 'needs password')
    await outside.clock.advance(4 * dayMs)
    assert.equal(await ben.showsLastCapability(doraDoor), 'needs password')
  })

  test('is none before it was made one, and lets nobody in', async (t) => {
    const { ben, doraDoor, anaDoor } = await town(t, both)
    await assert.rejects(ben.opens(doraDoor), { name: 'MissingError' })
    await ben.types(readPassword, anaDoor)
    ben.uses(doraDoor, 'read')
  })

  test('is one for a week, or until there is another password', async (t) => {
    const { ben, dora, doraDoor, outside, ana, share } = await town(t, both)
    await dora.becomesDeputy()
    await outside.clock.advance(deputyshipLifeMs + minuteMs)
    await assert.rejects(ben.types(readPassword, doraDoor), { name: 'MissingError' })
    await dora.becomesDeputy()
    assert.equal(await ben.types(readPassword, doraDoor), 'read')
    await ana.shares.change(share.id, { passwords: { read: 'snow in winter' } })
    await assert.rejects(ben.types(readPassword, doraDoor), { name: 'MissingError' })
    assert.throws(() => ben.uses(doraDoor, 'read'), { fault: 'old-generation' })
  })

  test('hears from the head who was shut out', async (t) => {
    const { ben, dora, doraDoor, ana, share, checkElsewhere } = await town(t, both)
    await dora.becomesDeputy()
    await ben.types(readPassword, doraDoor)
    await ana.shares.change(share.id, { revoke: ben.peer })
    await assert.rejects(ben.opens(doraDoor), { name: 'DeniedError' })
    await ana.shares.change(share.id, { admit: ben.peer, revoke: dora.peer })
    await assert.rejects(ben.opens(doraDoor), { name: 'MissingError' })
    assert.throws(() => checkElsewhere(ben), { fault: 'revoked' })
  })

  test('lets only so many passwords a day be tried, in however many copies', async (t) => {
    const { dora, doraDoor, ana, outside } = await town(t, both)
    await dora.becomesDeputy()
    const second = { ...doraDoor, access: await dora.opensCopy() }
    const { request } = await ana.opaque.start('a guess')
    let answered = 0
    for (let guess = 0; guess < 3 * guessesPerDeputy; guess++) {
      const { access } = guess % 2 === 0 ? doraDoor : second
      const { peer } = new ShareAsker(`guesser ${guess}`, ana.opaque)
      const open = access.open(peer, { kind: 'password-start', request })
      await open.then(
        () => answered++,
        (error: unknown) => assert.equal((error as Error).name, 'GuessLimitError'),
      )
      await outside.clock.advance(2_000)
    }
    assert.equal(answered, guessesPerDeputy)
  })
})

suite('an asker, at the door of a deputy', () => {
  test('tells a stranger nothing about the password', async (t) => {
    const { ben, dora, doraDoor } = await town(t, both)
    await dora.becomesDeputy()
    const mallory = testIdentity('mallory')
    await assert.rejects(ben.types(readPassword, { ...doraDoor, answerer: mallory.peerId }), {
      name: 'MalformedError',
    })
  })

  test('tries nothing on a change password of which a deputy has no record', async (t) => {
    const { ben, dora, doraDoor, ana, share } = await town(t, both)
    await dora.becomesDeputy()
    const names = { client: `${share.id}#change`, server: doraDoor.owner } as const
    const bait = await ana.opaque.register(changePassword, names)
    const heard: string[] = []
    const greedy: ShareDoor = {
      ...doraDoor,
      access: {
        ...doraDoor.access,
        open: async (peer, proof) => {
          heard.push(proof.kind)
          const answer = await doraDoor.access.open(peer, proof)
          if (answer.kind !== 'password-response' || proof.kind !== 'password-start') return answer
          const { response } = await ana.opaque.respond(bait, names, proof.request)
          return { ...answer, responses: { ...answer.responses, change: response } }
        },
      },
    }
    await assert.rejects(ben.types(changePassword, greedy), { name: 'WrongPasswordError' })
    assert.deepEqual(heard, ['password-start', 'password-failed'])
  })
})

suite('an owner, asked for deputies', () => {
  test('makes none of who has not shown to know what a deputy gets', async (t) => {
    const { cleo, anaDoor } = await town(t, both)
    assert.equal(await commissionOf(cleo, anaDoor), undefined)
    await cleo.types(changePassword, anaDoor)
    assert.equal(await commissionOf(cleo, anaDoor), undefined)
    await cleo.types(readPassword, anaDoor)
    assert.notEqual(await commissionOf(cleo, anaDoor), undefined)
  })

  test('makes none for contacts', async (t) => {
    const { cleo, anaDoor, ana } = await town(t, {
      read: 'contacts',
      change: 'nobody',
      passwords: {},
    })
    ana.contacts.add(cleo.peer)
    assert.equal(await cleo.opens(anaDoor, { kind: 'deputy' }), 'read')
    assert.equal(await commissionOf(cleo, anaDoor), undefined)
  })

  test('makes eight at a time, and the same ones again', async (t) => {
    const { anaDoor, ana } = await town(t, { read: 'everyone', change: 'nobody', passwords: {} })
    const askers = Array.from({ length: 10 }, (_, at) => new ShareAsker(`copy ${at}`, ana.opaque))
    for (const round of [1, 2]) {
      const commissions = []
      for (const asker of askers) commissions.push(await commissionOf(asker, anaDoor))
      assert.equal(commissions.filter(Boolean).length, deputiesMax, `round ${round}`)
      await ana.restart()
    }
  })

  test('hands out what answers for reading, and nothing about changing', async (t) => {
    const { dora, anaDoor, share } = await town(t, both)
    await dora.becomesDeputy()
    const bytes = (await commissionOf(dora, anaDoor)) ?? assert.fail()
    const { admission } = parseCommission(bytes, share.id, dora.peer)
    const kept = admission.rule === 'password' ? admission.kept : assert.fail()
    const { change } = recordOf(share).passwords
    assert.notDeepEqual(Buffer.from(kept.setup), Buffer.from(change?.setup ?? []))
    assert.deepEqual(Object.keys(decodeCbor(bytes, 'commission') as object), [
      'rule',
      'setup',
      'record',
      'statement',
    ])
  })
})

suite('the roll of deputies', () => {
  const peers = Array.from({ length: 12 }, (_, at) => testIdentity(`deputy ${at}`).peerId)
  const [first = assert.fail(), second = assert.fail()] = peers
  const nowMs = Date.UTC(2030, 0, 1)

  test('keeps a place taken for a day after its end, and gives it to its own deputy again', () => {
    const roll = full()
    assert.equal(appointed(roll, peers[9]!, 1, nowMs), undefined)
    assert.equal(appointed(roll, peers[9]!, 1, nowMs + deputyshipLifeMs + dayMs - 1), undefined)
    assert.equal(appointed(roll, first, 1, nowMs + deputyshipLifeMs)?.peer, first)
    assert.equal(appointed(roll, peers[9]!, 1, nowMs + deputyshipLifeMs + dayMs)?.peer, peers[9])
  })

  test('is cleared by a new generation', () => {
    assert.equal(appointed(full(), peers[9]!, 2, nowMs)?.peer, peers[9])
  })

  test('renews a deputyship when half of it is over', () => {
    const roll = full()
    const early = appointed(roll, second, 1, nowMs + deputyshipLifeMs / 2 - 1)
    const late = appointed(roll, second, 1, nowMs + deputyshipLifeMs / 2)
    assert.equal(early?.expiresMs, nowMs + deputyshipLifeMs)
    assert.equal(late?.expiresMs, nowMs + deputyshipLifeMs * 1.5)
  })

  function full(): Appointment[] {
    return peers
      .slice(0, deputiesMax)
      .map((peer) => ({ peer, generation: 1, expiresMs: nowMs + deputyshipLifeMs }))
  }
})

suite('a commission', () => {
  const key = testShareKey('photos')
  const { peerId: deputy } = testIdentity('dora')
  const deputyship = { share: key.id, deputy, generation: 1, expiresMs: 1, guessesPerDay: 50 }
  const statement = signDeputyship(deputyship, key)
  const kept = { setup: new Uint8Array(128), record: new Uint8Array(192) }

  test('comes back as it was given, for each rule', () => {
    for (const admission of [
      { rule: 'everyone' },
      { rule: 'link', secret: new Uint8Array(16) },
      { rule: 'password', kept },
    ] as const) {
      const bytes = encodeCommission({ statement, admission })
      const back = parseCommission(bytes, key.id, deputy)
      assert.deepEqual(back.deputyship, deputyship)
      assert.deepEqual(encodeCommission(back), bytes)
    }
  })

  test('is refused for another peer, another share, and when anything in it is wrong', () => {
    const bytes = encodeCommission({ statement, admission: { rule: 'everyone' } })
    const other = testIdentity('ben').peerId
    assert.throws(() => parseCommission(bytes, key.id, other), /another peer/)
    assert.throws(() => parseCommission(bytes, testShareKey('music').id, deputy), /another share/)
    const short = { rule: 'link', secret: new Uint8Array(15) } as const
    assert.throws(() =>
      parseCommission(encodeCommission({ statement, admission: short }), key.id, deputy),
    )
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => parseCommission(bytes.subarray(0, length), key.id, deputy))
    }
  })
})

/** Dora keeps a copy of what Ana shares. */
class CopyHolder extends ShareAsker {
  readonly opensCopy
  readonly #anaDoor: ShareDoor
  commission: Commission | undefined

  constructor(anaDoor: ShareDoor, { outside: surroundings }: ShareOwner, share: OwnShare) {
    super('dora', opaque)
    this.#anaDoor = anaDoor
    const database = memoryDatabase(shareMigrations)
    const accesses = deputyAccesses({ identity: this.identity, database, opaque, surroundings })
    this.opensCopy = () =>
      accesses({
        share: share.id,
        owner: anaDoor.owner,
        head: () => headOf(share),
        commission: () => this.commission,
      })
  }

  /** Gets in as she can, and asks to be Ana's deputy. */
  async becomesDeputy(): Promise<void> {
    if ((await this.opens(this.#anaDoor)) === 'needs password') {
      await this.types(readPassword, this.#anaDoor)
    }
    const bytes = await commissionOf(this, this.#anaDoor)
    if (!bytes) throw new Error('Dora was not made a deputy')
    this.commission = parseCommission(bytes, this.#anaDoor.share, this.peer)
  }
}

async function town(t: TestContext, settings: NewShare) {
  const closing = new AsyncDisposableStack()
  t.after(() => closing.disposeAsync())
  closing.use(watchLeaks())
  const ana = closing.use(await ShareOwner.open(opaque))
  const share = await ana.share({ name: 'Photos', ...settings })
  const { peerId: owner } = ana.identity
  const anaDoor: ShareDoor = { access: share.access, share: share.id, owner, answerer: owner }
  const dora = new CopyHolder(anaDoor, ana, share)
  if (settings.read === 'link') {
    await dora.showsLink(anaDoor, parseInvite(share.link()).secret ?? assert.fail())
  }
  const doraDoor = { ...anaDoor, access: await dora.opensCopy(), answerer: dora.peer }
  const elsewhere = new CapabilityChecker(share.id, ana.outside.clock)
  return {
    ana,
    share,
    anaDoor,
    dora,
    doraDoor,
    outside: ana.outside,
    ben: new ShareAsker('ben', ana.opaque),
    cleo: new ShareAsker('cleo', ana.opaque),
    /** A third peer that holds a copy looks at what the asker shows. */
    checkElsewhere: (asker: ShareAsker) =>
      elsewhere.check(asker.capability, {
        asker: asker.peer,
        needed: 'read',
        exclusions: headOf(share),
      }),
  }
}

async function commissionOf(asker: ShareAsker, door: ShareDoor): Promise<Uint8Array | undefined> {
  const answer = await door.access.open(asker.peer, { kind: 'deputy' })
  return answer.kind === 'granted' ? answer.deputy : undefined
}

function headOf(share: OwnShare): Head {
  return share.head()?.head ?? assert.fail('there is no head')
}

function recordOf(share: OwnShare) {
  return (share as LiveShare).record
}
