/**
 * Who gets in, told as it happens to people. Ana shares; Ben, Cleo and others ask. Every sentence is
 * one about the product: if one fails, somebody is where they don't belong, or stands outside.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import { proveWithPassword } from '../../../src/shares/access/password-proof.ts'
import { parseInvite } from '../../../src/shares/invite.ts'
import type { NewShare, OwnShare } from '../../../src/shares/shares.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { ShareAsker } from '../../kit/share-asker.ts'
import type { ShareDoor } from '../../kit/share-asker.ts'
import { ShareOwner, cheapOpaque } from '../../kit/share-owner.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const readPassword = 'lake in autumn'
const changePassword = 'mountain in spring'

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

suite('a share with a read and a change password', () => {
  const both: NewShare = {
    read: 'password',
    change: 'password',
    passwords: { read: readPassword, change: changePassword },
  }

  test('asks for a password', async (t) => {
    const { door, ben } = await town(t, both)
    assert.equal(await ben.opens(door), 'needs password')
  })

  test('lets read with the read password, and no more', async (t) => {
    const { door, ben } = await town(t, both)
    assert.equal(await ben.types(readPassword, door), 'read')
    ben.uses(door, 'read')
    assert.throws(() => ben.uses(door, 'change'), { fault: 'small-scope' })
  })

  test('lets change, and read, with the change password', async (t) => {
    const { door, ben } = await town(t, both)
    assert.equal(await ben.types(changePassword, door), 'change')
    ben.uses(door, 'change')
    ben.uses(door, 'read')
  })

  test('stays shut for any other password', async (t) => {
    const { door, ben } = await town(t, both)
    for (const wrong of ['Lake in autumn', 'lake', `${readPassword} `, changePassword.slice(1)]) {
      await assert.rejects(ben.types(wrong, door), { name: 'WrongPasswordError' })
    }
    assert.equal(await ben.opens(door), 'needs password')
  })

  test('takes a password from any keyboard', async (t) => {
    const { door, ben } = await town(t, {
      ...both,
      passwords: { ...both.passwords, read: 'Bär\u00a0im See' },
    })
    assert.equal(await ben.types('Ba\u0308r im See', door), 'read')
  })

  test('asks nobody twice, also not after a restart', async (t) => {
    const { door, ben, ana, share } = await town(t, both)
    await ben.types(readPassword, door)
    await ana.outside.clock.advance(dayMs)
    assert.equal(await ben.opens(door), 'read')
    await ana.restart()
    assert.equal(await ben.opens(doorOf(ana, ana.again(share))), 'read')
    assert.deepEqual(
      (await ana.again(share).access.grants()).map(({ peer, scope, by }) => [peer, scope, by]),
      [[ben.peer, 'read', 'password']],
    )
  })

  test('lets a reader become an editor by the other password', async (t) => {
    const { door, ben } = await town(t, both)
    await ben.types(readPassword, door)
    assert.equal(await ben.types(changePassword, door), 'change')
    assert.equal(await ben.opens(door), 'change')
  })

  test('is not opened by what Ben heard Cleo say', async (t) => {
    const { door, ben, cleo } = await town(t, both)
    await cleo.types(readPassword, door)
    ben.capability = cleo.capability
    assert.throws(() => ben.uses(door, 'read'), { fault: 'wrong-audience' })
  })

  test('is not opened by who makes up the end of a login', async (t) => {
    const { door, ben, ana } = await town(t, both)
    const proof = await proveWithPassword('anything', { ...door, asker: ben.peer }, ana.opaque)
    const answer = await door.access.open(ben.peer, proof.start)
    assert.ok(answer.kind === 'password-response')
    const madeUp = { finish: new Uint8Array(64), proof: new Uint8Array(32), scope: 'read' } as const
    const end = { kind: 'password-finish', login: answer.login, ...madeUp } as const
    await assert.rejects(door.access.open(ben.peer, end), { name: 'WrongPasswordError' })
    assert.equal(door.access.entitled(ben.peer), undefined)
  })

  test('is not opened by someone in the middle, who passes on what Ben says', async (t) => {
    const { door, ben, cleo, ana } = await town(t, both)
    const middle = new ShareAsker('mallory', ana.opaque)
    const relay: ShareDoor = {
      ...door,
      answerer: middle.peer,
      access: { ...door.access, open: (_, proof) => door.access.open(middle.peer, proof) },
    }
    await assert.rejects(ben.types(readPassword, relay), { name: 'MalformedError' })
    // Even if Ben does not look whom he talks to, the password is bound to this link.
    const careless = { ...relay, owner: door.owner, answerer: door.owner }
    await assert.rejects(cleo.types(readPassword, careless), { name: 'WrongPasswordError' })
  })

  test('forgets a login that takes longer than a minute', async (t) => {
    const { door, ben, ana } = await town(t, both)
    const slow: ShareDoor = {
      ...door,
      access: {
        ...door.access,
        open: async (peer, proof) => {
          if (proof.kind === 'password-finish') await ana.outside.clock.advance(minuteMs + 1)
          return door.access.open(peer, proof)
        },
      },
    }
    await assert.rejects(ben.types(readPassword, slow), { name: 'WrongPasswordError' })
  })

  test('shuts out everybody with the old password when there is a new one', async (t) => {
    const { door, ben, cleo, ana, share } = await town(t, both)
    await ben.types(readPassword, door)
    await cleo.types(changePassword, door)
    await ana.shares.change(share.id, { passwords: { read: 'snow in winter' } })
    assert.throws(() => ben.uses(door, 'read'), { fault: 'old-generation' })
    assert.equal(await ben.opens(door), 'needs password')
    await assert.rejects(ben.types(readPassword, door), { name: 'WrongPasswordError' })
    assert.equal(await ben.types('snow in winter', door), 'read')
    cleo.uses(door, 'change')
  })

  test('does not let in who ends a login while a new password is set', async (t) => {
    const { door, ben, ana, share } = await town(t, both)
    const conclude = opaque.conclude.bind(opaque)
    t.mock.method(opaque, 'conclude', async (...login: Parameters<typeof conclude>) => {
      await ana.shares.change(share.id, { passwords: { read: 'snow in winter' } })
      return conclude(...login)
    })
    assert.equal(await ben.types(readPassword, door), 'needs password')
    assert.equal(await ben.opens(door), 'needs password')
    await ana.restart()
    assert.equal(await ben.opens(doorOf(ana, ana.again(share))), 'needs password')
  })

  test('does not let in who began with the old password and ends with the new one', async (t) => {
    const { door, ben, ana, share } = await town(t, both)
    const late: ShareDoor = {
      ...door,
      access: {
        ...door.access,
        open: async (peer, proof) => {
          const answer = await door.access.open(peer, proof)
          const passwords = { read: 'snow in winter' }
          if (proof.kind === 'password-start') await ana.shares.change(share.id, { passwords })
          return answer
        },
      },
    }
    await assert.rejects(ben.types(readPassword, late), { name: 'WrongPasswordError' })
  })

  test('takes no password that is empty, or the same for both', async (t) => {
    const { ana, share } = await town(t, both)
    const set = (passwords: NewShare['passwords']) => ana.shares.change(share.id, { passwords })
    await assert.rejects(set({ read: '' }), /it is empty/)
    await assert.rejects(set({ read: 'one for both', change: 'one for both' }), /must differ/)
    await assert.rejects(set({ read: changePassword }), /must differ/)
    await assert.rejects(set({ change: readPassword }), /must differ/)
  })
})

suite('a share with a password for changing only', () => {
  test('lets everyone read, and change who knows it', async (t) => {
    const { door, ben } = await town(t, {
      read: 'everyone',
      change: 'password',
      passwords: { change: changePassword },
    })
    assert.equal(await ben.opens(door), 'read')
    assert.equal(await ben.types(changePassword, door), 'change')
    await assert.rejects(ben.types(readPassword, door), { name: 'WrongPasswordError' })
  })
})

suite('a share for everyone', () => {
  test('lets anyone read and nobody change', async (t) => {
    const { door, ben } = await town(t, { read: 'everyone', change: 'nobody', passwords: {} })
    assert.equal(await ben.opens(door), 'read')
    assert.throws(() => ben.uses(door, 'change'), { fault: 'small-scope' })
    assert.equal(door.access.entitled(ben.peer), 'read')
    await assert.rejects(ben.types('anything', door), { name: 'DeniedError' })
  })
})

suite('a share for whoever has the link', () => {
  const linked: NewShare = { read: 'link', change: 'nobody', passwords: {} }
  const secretOf = (share: OwnShare) => parseInvite(share.link()).secret ?? assert.fail()

  test('asks for it, and is open to who has it', async (t) => {
    const { door, ben, share } = await town(t, linked)
    assert.equal(await ben.opens(door), 'needs link')
    assert.equal(await ben.showsLink(door, secretOf(share)), 'read')
    assert.equal(await ben.opens(door), 'read')
  })

  test('has a link that says who shares what, and never a password', async (t) => {
    const { share, ana } = await town(t, linked)
    const { owner, name, share: id } = parseInvite(share.link())
    assert.deepEqual([id, owner, name], [share.id, ana.identity.peerId, 'Photos'])
    const passwords = { read: readPassword }
    await ana.shares.change(share.id, { read: 'password', passwords })
    assert.equal(parseInvite(share.link()).secret, undefined)
  })

  test('stays shut for who guesses, or passes on what another has shown', async (t) => {
    const { door, ben, share } = await town(t, linked)
    await assert.rejects(ben.showsLink(door, new Uint8Array(16)), { name: 'DeniedError' })
    const elsewhere = { ...door, answerer: ben.peer }
    await assert.rejects(ben.showsLink(elsewhere, secretOf(share)), { name: 'DeniedError' })
  })

  test('has another link when it is given again', async (t) => {
    const { door, ben, share, ana } = await town(t, linked)
    const old = secretOf(share)
    await ben.showsLink(door, old)
    await ana.shares.change(share.id, { read: 'link' })
    assert.throws(() => ben.uses(door, 'read'), { fault: 'old-generation' })
    await assert.rejects(ben.showsLink(door, old), { name: 'DeniedError' })
    assert.equal(await ben.showsLink(door, secretOf(share)), 'read')
  })
})

suite('a share for contacts', () => {
  const contacts: NewShare = { read: 'contacts', change: 'contacts', passwords: {} }

  test('is open to them as long as they are contacts', async (t) => {
    const { door, ben, ana } = await town(t, contacts)
    assert.equal(await ben.opens(door), 'needs contact')
    ana.contacts.add(ben.peer)
    assert.equal(await ben.opens(door), 'change')
    assert.equal((await door.access.grants()).length, 1)
    ana.contacts.delete(ben.peer)
    assert.equal(await ben.opens(door), 'needs contact')
    assert.equal((await door.access.grants()).length, 0)
  })
})

suite('a peer that was shut out', () => {
  test('is out at once, however it got in, and until it is admitted again', async (t) => {
    for (const read of ['everyone', 'contacts', 'link'] as const) {
      const { door, ben, ana, share } = await town(t, { read, change: 'nobody', passwords: {} })
      ana.contacts.add(ben.peer)
      await ben.showsLink(door, parseInvite(share.link()).secret ?? new Uint8Array(16))
      await ana.shares.change(share.id, { revoke: ben.peer })
      assert.throws(() => ben.uses(door, 'read'), { fault: 'revoked' })
      await assert.rejects(ben.opens(door), { name: 'DeniedError' })
      assert.deepEqual(share.head()?.head.revoked, [ben.peer])
      await ana.restart()
      await assert.rejects(ben.opens(doorOf(ana, ana.again(share))), { name: 'DeniedError' })
      await ana.shares.change(share.id, { admit: ben.peer })
      const again = doorOf(ana, ana.again(share))
      assert.equal(await ben.opens(again), read === 'link' ? 'needs link' : 'read')
    }
  })

  test('is one of at most 64', async (t) => {
    const { ana, share } = await town(t, { read: 'everyone', change: 'nobody', passwords: {} })
    for (let at = 0; at < 64; at++) {
      const { peer } = new ShareAsker(`pest ${at}`, ana.opaque)
      await ana.shares.change(share.id, { revoke: peer })
    }
    const { peer } = new ShareAsker('one more', ana.opaque)
    await assert.rejects(ana.shares.change(share.id, { revoke: peer }), {
      name: 'RevocationsFullError',
    })
  })
})

suite('a capability', () => {
  const open: NewShare = { read: 'everyone', change: 'nobody', passwords: {} }

  test('runs out after a quarter of an hour, and is given anew without a word', async (t) => {
    const { door, ben, ana } = await town(t, open)
    await ben.opens(door)
    await ana.outside.clock.advance(14 * minuteMs)
    ben.uses(door, 'read')
    await ana.outside.clock.advance(4 * minuteMs)
    assert.throws(() => ben.uses(door, 'read'), { fault: 'expired' })
    await ben.opens(door)
    ben.uses(door, 'read')
  })

  test('for another share of the same owner is none for this one', async (t) => {
    const { door, ben, ana } = await town(t, open)
    const music = doorOf(ana, await ana.share({ ...open, name: 'Music' }))
    await ben.opens(music)
    assert.throws(() => ben.uses(door, 'read'), { fault: 'wrong-share' })
  })

  test('tells who has a clock that is off by a day that a clock is wrong', async (t) => {
    const { door, ben, ana } = await town(t, open)
    const right = ana.outside.clock.now.bind(ana.outside.clock)
    const yesterday = new ManualClock(right() - dayMs)
    await ben.opens(door)
    ana.outside.clock.now = () => yesterday.now()
    assert.throws(() => ben.uses(door, 'read'), /begins 24 hours later than now .* clock .* wrong/)
    ana.outside.clock.now = () => right() + dayMs
    assert.throws(() => ben.uses(door, 'read'), /begins 24 hours before now .* clock .* wrong/)
  })
})

suite('the log of a share', () => {
  test('names who was let in, and who tried', async (t) => {
    const { door, ben, cleo, ana, share } = await town(t, {
      read: 'password',
      change: 'nobody',
      passwords: { read: readPassword },
    })
    await ben.types(readPassword, door)
    await ben.types(readPassword, door)
    await assert.rejects(cleo.types('wrong', door))
    const lines = await ana.shares.log.list(share.id, 10)
    assert.deepEqual(
      lines.map(({ who, what, detail }) => [who, what, detail]),
      [
        [cleo.peer, 'refused', 'wrong password'],
        [ben.peer, 'opened', 'read'],
        ['owner', 'setting', 'shared'],
      ],
    )
  })
})

interface Town {
  readonly ana: ShareOwner
  readonly share: OwnShare
  readonly door: ShareDoor
  readonly ben: ShareAsker
  readonly cleo: ShareAsker
}

/** Ana, who shares her photos by these rules, and two who may ask. Closed, and searched for leaks, after the test. */
async function town(t: TestContext, settings: NewShare): Promise<Town> {
  const closing = new AsyncDisposableStack()
  t.after(() => closing.disposeAsync())
  closing.use(watchLeaks())
  const ana = closing.use(await ShareOwner.open(opaque))
  const share = await ana.share({ name: 'Photos', ...settings })
  const [ben, cleo] = [new ShareAsker('ben', ana.opaque), new ShareAsker('cleo', ana.opaque)]
  return { ana, share, door: doorOf(ana, share), ben, cleo }
}

function doorOf(ana: ShareOwner, share: OwnShare): ShareDoor {
  const { peerId } = ana.identity
  return { access: share.access, share: share.id, owner: peerId, answerer: peerId }
}
