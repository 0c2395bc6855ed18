import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ExchangeHearing } from '../../../../src/networks/bittorrent/pex/exchange-hearing.ts'

const teller = { host: '93.184.216.34', port: 6_881 }
const many = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ host: `31.${at >> 8}.${at & 255}.7`, port: 1 }))

suite('the peers that a peer names', () => {
  test('are taken once a minute, many at first and then a few', () => {
    const hearing = new ExchangeHearing(teller)
    const first = hearing.hear(many(300), 0)
    assert.equal(first.kind === 'taken' && first.peers.length, 200)
    assert.deepEqual(hearing.hear(many(300).slice(200), 30_000), { kind: 'ignored' })
    const later = hearing.hear(many(300).slice(200), 60_000)
    assert.equal(later.kind === 'taken' && later.peers.length, 50)
  })

  test('are one a network, and none that the peer has no business to name', () => {
    const named = [
      { host: '31.1.1.1', port: 1 },
      { host: '31.1.1.1', port: 2 },
      { host: '2a02:8106::1', port: 1 },
      { host: '2a02:8106::2', port: 1 },
      { host: '192.168.0.1', port: 80 },
      { host: '127.0.0.1', port: 80 },
      { host: '169.254.169.254', port: 80 },
    ]
    const hearing = new ExchangeHearing(teller).hear(named, 0)
    assert.deepEqual(hearing, { kind: 'taken', peers: [named[0], named[2]] })
    const atHome = new ExchangeHearing({ host: '192.168.0.7', port: 1 }).hear(named, 0)
    assert.deepEqual(atHome.kind === 'taken' && atHome.peers, [named[0], named[2], named[4]])
  })

  test('are no more than 500 of one peer, however long it stays', () => {
    const hearing = new ExchangeHearing(teller)
    let taken = 0
    for (let minute = 0; minute < 60; minute++) {
      const heard = hearing.hear(many(4_000).slice(minute * 60), minute * 60_000)
      if (heard.kind === 'taken') taken += heard.peers.length
    }
    assert.equal(taken, 500)
  })

  test('make a nuisance of who goes on telling too soon', () => {
    const hearing = new ExchangeHearing(teller)
    hearing.hear([], 0)
    const kinds = Array.from({ length: 7 }, (_, at) => hearing.hear([], at).kind)
    assert.deepEqual(kinds, [...Array.from({ length: 5 }, () => 'ignored'), 'nuisance', 'nuisance'])
  })
})
