import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { CapabilityChecker, capabilityFault } from '../../../src/shares/access/capability-check.ts'
import type { CapabilityUse } from '../../../src/shares/access/capability-check.ts'
import {
  capabilityLifeMs,
  freshCapability,
  parseCapability,
  signCapability,
  signCapabilityAsDeputy,
} from '../../../src/shares/access/capability.ts'
import { parseDeputyship, signDeputyship } from '../../../src/shares/access/deputyship.ts'
import { CapabilityError } from '../../../src/shares/errors.ts'
import type { CapabilityFault } from '../../../src/shares/errors.ts'
import type { Capability, Deputyship } from '../../../src/shares/shares.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { plain } from '../../kit/plain.ts'
import { seededRandom } from '../../kit/seeded-random.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { testShareKey } from '../../kit/test-share.ts'

const key = testShareKey('photos')
const clock = new ManualClock()
const nowMs = clock.now()
const ben = testIdentity('ben').peerId
const ana = testIdentity('ana')
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const capability: Capability = {
  share: key.id,
  scope: 'read',
  audience: ben,
  notBeforeMs: nowMs,
  expiresMs: nowMs + capabilityLifeMs,
  generation: 3,
  id: new Uint8Array(16).fill(7),
}
const deputyship: Deputyship = {
  share: key.id,
  deputy: ana.peerId,
  generation: 3,
  expiresMs: nowMs + 7 * dayMs,
  guessesPerDay: 50,
}
const exclusions = { generations: { read: 3, change: 5 }, revoked: [] }
const use = { asker: ben, needed: 'read', exclusions } as const

suite('a capability', () => {
  test('has these bytes', () => {
    const field = (name: string, value: string) => toHex(encodeCbor(name)) + value
    assert.equal(
      toHex(signCapability({ ...capability, generation: 1 }, key)),
      [
        '82589ca7',
        field('id', '5007070707070707070707070707070707'),
        field('from', '1b000001b8dac5b400'),
        field('scope', '6472656164'),
        field('share', '58200381eb9815e5ecbb5c4acab1b977498ae1084f0493f1a755cc12ad3322a81094'),
        field('until', '1b000001b8dad36fa0'),
        field('audience', '58202e17cce22ffc6571b1e1ee1249dcb4a111bca367d8240229b55a075a87d3b62e'),
        field('generation', '01'),
        '5840cd4a8b6d7c972dcc3424bc517cb38a685a82b923c25fdb20dfb78bd5065ff776',
        '7f64ed95ba8b86a0a698d62844f424c09eebd5cfce0fac02c103e29d6932390e',
      ].join(''),
    )
  })

  test('begins when it is issued and lasts a quarter of an hour', () => {
    const terms = { share: key.id, scope: 'change', audience: ben, generation: 5 } as const
    const fresh = freshCapability(terms, { clock, random: seededRandom(1) })
    assert.equal(fresh.notBeforeMs, clock.now())
    assert.equal(fresh.expiresMs - fresh.notBeforeMs, 15 * minuteMs)
    const bytes = signCapability(fresh, key)
    assert.deepEqual(signCapability(parseCapability(bytes).capability, key), bytes)
  })

  test('lets in whom it was given to', () => {
    const checked = checker().check(signCapability(capability, key), use)
    assert.deepEqual(plain(checked), plain(capability))
  })

  test('is remembered, and still looked at each time', () => {
    const one = checker()
    const bytes = signCapability(capability, key)
    one.check(bytes, use)
    one.check(bytes, use)
    const later = { generations: { read: 4, change: 5 }, revoked: [] }
    refuses('old-generation', () => one.check(bytes, { ...use, exclusions: later }))
    refuses('wrong-audience', () => one.check(bytes, { ...use, asker: ana.peerId }))
  })

  test('is refused from another share, or signed by another', () => {
    const other = testShareKey('music')
    const foreign = signCapability({ ...capability, share: other.id }, other)
    refuses('wrong-share', () => checker().check(foreign, use))
    refuses('bad-signature', () => checker().check(signCapability(capability, other), use))
  })

  test('is refused when any byte is another', () => {
    const direct = signCapability(capability, key)
    const byDeputy = signCapabilityAsDeputy(capability, ana, signDeputyship(deputyship, key))
    for (const bytes of [direct, byDeputy]) {
      for (const mutant of mutantsOf(bytes)) {
        assert.throws(() => checker().check(mutant, use), CapabilityError)
      }
    }
  })

  test('is refused when it is cut, endless, or something else', () => {
    const bytes = signCapability(capability, key)
    for (const wrong of [bytes.subarray(1), bytes.subarray(0, -1), new Uint8Array(2000)]) {
      refuses('malformed', () => checker().check(wrong, use))
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (junk) => {
        assert.throws(() => checker().check(junk, use), CapabilityError)
      }),
    )
  })
})

suite('what is wrong with a capability', () => {
  const faults: [
    CapabilityFault | undefined,
    string,
    Partial<Capability>,
    Partial<CapabilityUse>,
  ][] = [
    [undefined, 'nothing', {}, {}],
    [undefined, 'nothing: change includes read', { scope: 'change', generation: 5 }, {}],
    ['wrong-audience', 'somebody else shows it', {}, { asker: ana.peerId }],
    ['small-scope', 'it lets read, not change', {}, { needed: 'change' }],
    ['old-generation', 'the password was changed', { generation: 2 }, {}],
    ['old-generation', 'the other one was', { scope: 'change', generation: 4 }, {}],
    ['revoked', 'the peer was shut out', {}, { exclusions: { ...exclusions, revoked: [ben] } }],
    ['expired', 'it ran out', {}, { nowMs: nowMs + 17 * minuteMs + 1 }],
    [undefined, 'nothing: clocks differ a little', {}, { nowMs: nowMs + 17 * minuteMs }],
    [undefined, 'nothing: clocks differ a little', {}, { nowMs: nowMs - 2 * minuteMs }],
    ['not-yet', 'it has not begun', {}, { nowMs: nowMs - 2 * minuteMs - 1 }],
    ['too-long', 'it would last for a day', { expiresMs: nowMs + dayMs }, {}],
    ['too-long', 'it ends before it begins', { expiresMs: nowMs - 1 }, {}],
    [undefined, 'nothing: it only shows the past', {}, { nowMs: nowMs + dayMs, graceMs: dayMs }],
  ]
  for (const [fault, sentence, change, how] of faults) {
    test(`${sentence}: ${fault ?? 'it is good'}`, () => {
      const found = capabilityFault(
        { ...capability, ...change },
        { kind: 'share' },
        { ...use, nowMs, graceMs: 0, ...how },
      )
      assert.equal(found, fault)
    })
  }

  test('is told to a person whose clock is off by a day', () => {
    const bytes = signCapability(capability, key)
    const slow = new CapabilityChecker(key.id, new ManualClock(nowMs - dayMs))
    const fast = new CapabilityChecker(key.id, new ManualClock(nowMs + dayMs))
    const rightClock = checker()
    assert.throws(() => slow.check(bytes, use), /24 hours later than now .* clock .* is wrong/)
    assert.throws(() => fast.check(bytes, use), /24 hours before now .* clock .* is wrong/)
    assert.doesNotThrow(() => rightClock.check(bytes, use))
  })
})

suite('a deputy', () => {
  const signedDeputyship = signDeputyship(deputyship, key)

  test('lets read', () => {
    const bytes = signCapabilityAsDeputy(capability, ana, signedDeputyship)
    assert.deepEqual(checker().check(bytes, use), capability)
  })

  test('can not let change', () => {
    const change: Capability = { ...capability, scope: 'change', generation: 5 }
    const bytes = signCapabilityAsDeputy(change, ana, signedDeputyship)
    refuses('bad-signature', () => checker().check(bytes, use))
  })

  test('is nobody with the deputyship of another', () => {
    const bytes = signCapabilityAsDeputy(capability, testIdentity('mallory'), signedDeputyship)
    refuses('bad-signature', () => checker().check(bytes, use))
  })

  test('is nobody without the signature of the share', () => {
    const selfMade = signDeputyship(deputyship, testShareKey('mallory'))
    const bytes = signCapabilityAsDeputy(capability, ana, selfMade)
    refuses('malformed', () => checker().check(bytes, use))
  })

  test('is nobody in another share', () => {
    const other = testShareKey('music')
    const elsewhere = signDeputyship({ ...deputyship, share: other.id }, other)
    const bytes = signCapabilityAsDeputy(capability, ana, elsewhere)
    refuses('malformed', () => checker().check(bytes, use))
  })

  test('is no deputy any more after its time, a new password, or when shut out', () => {
    const ended = signDeputyship({ ...deputyship, expiresMs: nowMs - 3 * minuteMs }, key)
    const old = signDeputyship({ ...deputyship, generation: 2 }, key)
    const shutOut = { ...exclusions, revoked: [ana.peerId] }
    const as = (statement: Uint8Array) => signCapabilityAsDeputy(capability, ana, statement)
    refuses('expired', () => checker().check(as(ended), use))
    refuses('old-generation', () => checker().check(as(old), use))
    refuses('revoked', () => checker().check(as(signedDeputyship), { ...use, exclusions: shutOut }))
  })

  test('has a statement of which no byte can be another', () => {
    for (const mutant of mutantsOf(signedDeputyship)) {
      assert.throws(() => parseDeputyship(mutant, key.id), { name: 'MalformedError' })
    }
    assert.deepEqual(parseDeputyship(signedDeputyship, key.id), deputyship)
  })
})

function checker(): CapabilityChecker {
  return new CapabilityChecker(key.id, clock)
}

function refuses(fault: CapabilityFault, check: () => unknown): void {
  assert.throws(check, { name: 'CapabilityError', fault })
}

/** `bytes` with each byte in turn turned into another. */
function* mutantsOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    const mutant = Uint8Array.from(bytes)
    mutant[at] = (mutant[at] ?? 0) ^ (1 << (at % 8))
    yield mutant
  }
}
