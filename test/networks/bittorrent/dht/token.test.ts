import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { OwnAddressVotes } from '../../../../src/networks/bittorrent/dht/own-address-votes.ts'
import { PeerStore } from '../../../../src/networks/bittorrent/dht/peer-store.ts'
import { Tokens } from '../../../../src/networks/bittorrent/dht/token.ts'
import { ProvenAddresses } from '../../../../src/networks/bittorrent/krpc/proven-addresses.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

const minuteMs = 60_000

suite('a token', () => {
  test('is good for one address, for five to ten minutes', async () => {
    const clock = new ManualClock()
    const tokens = new Tokens(clock, seededRandom(1))
    const token = tokens.issue('192.0.2.1')
    assert.ok(tokens.isValid('192.0.2.1', token))
    assert.ok(!tokens.isValid('192.0.2.2', token))
    await clock.advance(5 * minuteMs)
    assert.ok(tokens.isValid('192.0.2.1', token))
    const second = tokens.issue('192.0.2.1')
    assert.notDeepEqual(second, token)
    await clock.advance(5 * minuteMs)
    assert.ok(!tokens.isValid('192.0.2.1', token) && tokens.isValid('192.0.2.1', second))
    await clock.advance(60 * minuteMs)
    assert.ok(!tokens.isValid('192.0.2.1', second))
  })

  test('is none when it has another length', () => {
    const tokens = new Tokens(new ManualClock(), seededRandom(1))
    const token = tokens.issue('192.0.2.1')
    for (const bad of [new Uint8Array(), token.subarray(1), Buffer.concat([token, token])]) {
      assert.ok(!tokens.isValid('192.0.2.1', bad))
    }
  })
})

suite('the peers that were announced to us', () => {
  test('are kept for three quarters of an hour, the newest if there are many', async () => {
    const clock = new ManualClock()
    const store = new PeerStore(clock)
    for (let port = 1; port <= 300; port++) store.add('a', { host: '192.0.2.1', port })
    assert.deepEqual(
      store.peers('a', 2).map(({ port }) => port),
      [299, 300],
    )
    assert.equal(store.peers('a', 1_000).length, 200)
    assert.deepEqual([store.peers('a', 0), store.peers('b', 9)], [[], []])
    await clock.advance(30 * minuteMs)
    store.add('a', { host: '192.0.2.1', port: 300 })
    await clock.advance(20 * minuteMs)
    assert.deepEqual(
      store.peers('a', 9).map(({ port }) => port),
      [300],
    )
    await clock.advance(45 * minuteMs)
    assert.deepEqual([store.peers('a', 9), store.swarms], [[], 0])
  })

  test('are those of the swarms that were announced last, if there are too many', () => {
    const store = new PeerStore(new ManualClock())
    for (let at = 0; at < 1_001; at++) store.add(`swarm ${at}`, { host: '192.0.2.1', port: 1 })
    assert.equal(store.swarms, 1_000)
    assert.deepEqual(store.peers('swarm 0', 1), [])
    assert.equal(store.peers('swarm 1', 1).length, 1)
  })
})

suite('where others see us', () => {
  const seen = (host: string) => ({ host, port: 1 })

  test('is what most networks say, once there are enough', () => {
    const votes = new OwnAddressVotes()
    for (let at = 0; at < 7; at++) votes.vote(seen(`31.1.${at}.1`), seen('203.0.113.5'))
    assert.equal(votes.winner, undefined)
    // One network has one vote, however often it votes.
    for (let at = 0; at < 50; at++) votes.vote(seen('31.9.9.9'), seen('198.51.100.6'))
    assert.equal(votes.winner, '203.0.113.5')
  })

  test('is not known while they disagree', () => {
    const votes = new OwnAddressVotes()
    for (let at = 0; at < 20; at++) votes.vote(seen(`31.1.${at}.1`), seen(`203.0.113.${at % 2}`))
    assert.equal(votes.winner, undefined)
  })

  test('changes with what the last ones say', () => {
    const votes = new OwnAddressVotes()
    for (let at = 0; at < 200; at++) votes.vote(seen(`31.1.${at}.1`), seen('203.0.113.5'))
    for (let at = 0; at < 32; at++) votes.vote(seen(`31.2.${at}.1`), seen('203.0.113.6'))
    assert.equal(votes.winner, '203.0.113.6')
  })
})

suite('a proven address', () => {
  test('is forgotten after a quarter of an hour, or when there are too many', async () => {
    const clock = new ManualClock()
    const proven = new ProvenAddresses(clock)
    proven.add({ host: '192.0.2.1', port: 1 })
    assert.ok(proven.has({ host: '192.0.2.1', port: 1 }))
    assert.ok(!proven.has({ host: '192.0.2.1', port: 2 }))
    await clock.advance(15 * minuteMs)
    assert.ok(!proven.has({ host: '192.0.2.1', port: 1 }))
    for (let port = 1; port <= 4_097; port++) proven.add({ host: '192.0.2.1', port })
    assert.ok(!proven.has({ host: '192.0.2.1', port: 1 }))
    assert.ok(proven.has({ host: '192.0.2.1', port: 2 }))
  })
})
