import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { addressesMax, withNews } from '../../../src/mesh/book/known-addresses.ts'
import type { AddressNews, RememberedAddress } from '../../../src/mesh/book/known-addresses.ts'

suite('the addresses of a peer', () => {
  test('stand with those that were good first, then the user’s, then the newest', () => {
    const known = learn(
      named('192.0.2.1', 'user', 1),
      named('9.9.9.1', 'peer', 2),
      reached('9.9.9.2', 3),
      named('9.9.9.3', 'peer', 4),
      reached('9.9.9.4', 5),
    )
    assert.deepEqual(hosts(known), ['9.9.9.4', '9.9.9.2', '192.0.2.1', '9.9.9.3', '9.9.9.1'])
  })

  test('are 16 at most, and many made-up ones displace none that was good or came from the user', () => {
    const good = [reached('9.9.9.2', 1), named('192.0.2.1', 'user', 2)]
    const made = Array.from({ length: 100 }, (_, at) => named(`8.8.8.${at}`, 'peer', 10 + at))
    const known = learn(...good, ...made)
    assert.equal(known.length, addressesMax)
    assert.deepEqual(hosts(known).slice(0, 3), ['9.9.9.2', '192.0.2.1', '8.8.8.99'])
  })

  test('keep the word of whoever is nearest', () => {
    const known = learn(named('192.168.1.2', 'lan', 1), named('192.168.1.2', 'peer', 2))
    assert.equal(known[0]?.origin, 'lan')
    assert.equal(known[0]?.heardMs, 2)
    assert.equal(learn(named('9.9.9.9', 'peer', 1), named('9.9.9.9', 'user', 2))[0]?.origin, 'user')
  })

  test('stay good when they are only named again', () => {
    assert.equal(learn(reached('9.9.9.2', 3), named('9.9.9.2', 'peer', 9))[0]?.reachedMs, 3)
  })
})

function learn(...news: readonly AddressNews[]): readonly RememberedAddress[] {
  return news.reduce<readonly RememberedAddress[]>((known, one) => withNews(known, one), [])
}

function named(host: string, origin: AddressNews['origin'], atMs: number): AddressNews {
  return { host, port: 4711, origin, atMs, reached: false }
}

function reached(host: string, atMs: number): AddressNews {
  return { host, port: 4711, origin: 'peer', atMs, reached: true }
}

function hosts(known: readonly RememberedAddress[]): string[] {
  return known.map(({ host }) => host)
}
