import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ExpelledError, GateError } from '../../../src/mesh/errors.ts'
import { makeGate } from '../../../src/mesh/gate/gate.ts'
import {
  arrivalBurstSeconds,
  arrivalsPerSecond,
  connectionsMax,
  connectionsPerHostMax,
  connectionsPerPeerMax,
  expelledMs,
  handshakesMax,
  handshakesPerHostMax,
  strangersMax,
} from '../../../src/mesh/gate/limits.ts'
import type { Contact, Gate, PeerId, Visit } from '../../../src/mesh/mesh.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('the gate', () => {
  const peer = (name: string | number) => testIdentity(`peer ${name}`).peerId
  const host = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
  const fail = () => assert.fail('has to stay')

  function opened(): { gate: Gate; clock: ManualClock; trust: Map<PeerId, Contact['trust']> } {
    const clock = new ManualClock()
    const trust = new Map<PeerId, Contact['trust']>()
    return { clock, trust, gate: makeGate({ clock, trustOf: (one) => trust.get(one) }) }
  }

  function prove(visit: Visit, who: PeerId): Visit {
    visit.prove(who)
    return visit
  }

  test('lets strangers in, and counts them no more when they have gone', async () => {
    const { gate, clock } = opened()
    for (let round = 0; round < 3; round++) {
      const visits = Array.from({ length: connectionsPerPeerMax }, () =>
        prove(gate.enter('10.0.0.1', fail), peer('ana')),
      )
      for (const visit of visits) visit[Symbol.dispose]()
      for (const visit of visits) visit[Symbol.dispose]()
      await clock.advance(60_000)
    }
  })

  test('keeps blocked contacts out, whoever dials', () => {
    const { gate, trust } = opened()
    trust.set(peer('mallory'), 'blocked')
    assert.throws(() => gate.enter('10.0.0.1', fail).prove(peer('mallory')), GateError)
    assert.throws(() => gate.leave('10.0.0.1').prove(peer('mallory')), GateError)
  })

  test('bounds the connections of one peer', () => {
    const { gate } = opened()
    for (let at = 0; at < connectionsPerPeerMax; at++) {
      prove(gate.enter(host(at), fail), peer('many'))
    }
    assert.throws(() => gate.enter('10.9.9.9', fail).prove(peer('many')), GateError)
    prove(gate.enter('10.9.9.8', fail), peer('another'))
  })

  test('bounds the connections of one address, whatever peers it has', () => {
    const { gate } = opened()
    for (let at = 0; at < connectionsPerHostMax; at++) {
      prove(gate.enter('10.0.0.1', fail), peer(at))
    }
    assert.throws(() => gate.enter('10.0.0.1', fail), GateError)
    gate.enter('10.0.0.2', fail)
  })

  test('bounds how often one address connects', async () => {
    const { gate, clock } = opened()
    const burst = arrivalsPerSecond.shareMax * arrivalBurstSeconds
    for (let at = 0; at < burst; at++) gate.enter('10.0.0.1', fail)[Symbol.dispose]()
    assert.throws(() => gate.enter('10.0.0.1', fail), GateError)
    gate.enter('10.0.0.2', fail)[Symbol.dispose]()
    await clock.advance(1000)
    gate.enter('10.0.0.1', fail)[Symbol.dispose]()
  })

  test('bounds handshakes that are begun and not ended, of one address and of all', () => {
    const { gate } = opened()
    for (let at = 0; at < handshakesPerHostMax; at++) gate.enter('10.0.0.1', () => {})
    assert.throws(() => gate.enter('10.0.0.1', fail), GateError)
    for (let at = handshakesPerHostMax; at < handshakesMax; at++) gate.enter(host(1000 + at), fail)
    let evicted = 0
    const { gate: crowded } = opened()
    for (let at = 0; at < handshakesMax; at++) crowded.enter(host(at % 20), () => evicted++)
    crowded.enter('10.9.9.9', fail)
    assert.equal(evicted, 1)
  })

  test('makes room for a new host among strangers, at the cost of the host that has most', () => {
    const { gate } = opened()
    const evicted: number[] = []
    for (let at = 0; at < strangersMax; at++) {
      prove(
        gate.enter(host(at % 100), () => evicted.push(at)),
        peer(at),
      )
    }
    prove(gate.enter('10.9.9.9', fail), peer('honest'))
    assert.deepEqual(evicted, [0])
  })

  test('keeps room that strangers can not take for contacts', () => {
    const { gate, trust } = opened()
    for (let at = 0; at < strangersMax; at++) prove(gate.enter(host(at), fail), peer(at))
    assert.throws(() => gate.enter(host(9999), fail).prove(peer('late')), GateError)
    for (let at = strangersMax; at < connectionsMax; at++) {
      trust.set(peer(at), 'known')
      prove(gate.enter(host(at), fail), peer(at))
    }
    trust.set(peer('one more'), 'trusted')
    assert.throws(() => gate.enter(host(9998), fail).prove(peer('one more')), GateError)
  })

  test('does not let an expelled peer in again for a while', async () => {
    const { gate, clock } = opened()
    const visit = prove(gate.enter('10.0.0.1', fail), peer('loud'))
    assert.throws(() => visit.heard(1e9, 0), ExpelledError)
    visit[Symbol.dispose]()
    assert.throws(() => gate.enter('10.0.0.1', fail).prove(peer('loud')), ExpelledError)
    prove(gate.enter('10.0.0.1', fail), peer('quiet'))
    await clock.advance(expelledMs)
    prove(gate.enter('10.0.0.1', fail), peer('loud'))
  })
})
