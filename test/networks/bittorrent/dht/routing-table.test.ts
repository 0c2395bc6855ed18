import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { Contact } from '../../../../src/networks/bittorrent/dht/contact.ts'
import { compareDistance, makeNodeId } from '../../../../src/networks/bittorrent/dht/node-id.ts'
import { RoutingTable } from '../../../../src/networks/bittorrent/dht/routing-table.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

const own = new Uint8Array(20)

suite('the nodes that a node knows', () => {
  test('are many near to it and few far away, never two of one network', () => {
    const random = seededRandom('table')
    const table = new RoutingTable(own)
    for (let at = 0; at < 5_000; at++) {
      const [a = 0, b = 0, c = 0] = random.bytes(3)
      const host = `31.${a % 250}.${b % 200}.${c}`
      table.answered({ id: makeNodeId(host, random), address: { host, port: 1 } }, at)
    }
    const far = table.all().filter(({ id }) => (id[0] ?? 0) >= 128)
    assert.equal(far.length, 8)
    assert.ok(table.size > 40 && table.size < 120, String(table.size))
    const [one] = table.all()
    const twin = {
      id: makeNodeId(one?.address.host, random),
      address: { host: one!.address.host, port: 2 },
    }
    assert.equal(table.wants(twin, 5_000), false)
    table.answered(twin, 5_000)
    assert.ok(!table.all().some(({ address }) => address.port === 2))
  })

  test('come nearest first', () => {
    const id = fc.uint8Array({ minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(fc.array(id, { maxLength: 60 }), id, (ids, target) => {
        const table = new RoutingTable(own)
        for (const [at, each] of ids.entries()) table.answered(atHome(each, at), at)
        const found = table.closest(target, 8)
        const all = table.all().toSorted((a, b) => compareDistance(target, a.id, b.id))
        assert.deepEqual(found, all.slice(0, 8))
        assert.ok(table.size <= ids.length)
      }),
    )
  })

  test('go after two silences in a row, and are asked when they were silent for long', () => {
    const table = new RoutingTable(own)
    const [one, other] = [atHome(filled(1), 1), atHome(filled(2), 2)]
    table.answered(one, 0)
    table.answered(other, 500_000)
    assert.equal(table.stale(900_000), undefined)
    assert.deepEqual(table.stale(900_001)?.address, one.address)
    table.failed(one.address)
    assert.equal(table.closest(own, 8).length, 1)
    table.answered(one, 900_002)
    table.failed(one.address)
    assert.equal(table.size, 2)
    table.failed(one.address)
    assert.equal(table.size, 1)
  })

  test('stay when a crowd comes, but make room for who may bear its id', () => {
    const random = seededRandom('crowd')
    const table = new RoutingTable(own)
    for (let at = 0; at < 9; at++) {
      const forged = { id: filled(0x80 + at), address: { host: `31.1.${at}.1`, port: 1 } }
      table.answered(forged, at)
      table.answered(atHome(filled(at), 100 + at), at)
    }
    const before = table.all().filter(({ id }) => (id[0] ?? 0) >= 128)
    assert.equal(before.length, 8)
    let host = ''
    let id: Uint8Array = own
    for (let at = 0; (id[0] ?? 0) < 128; at++) {
      host = `31.2.${at}.1`
      id = makeNodeId(host, random)
    }
    assert.ok(table.wants({ id, address: { host, port: 1 } }, 10))
    table.answered({ id, address: { host, port: 1 } }, 10)
    assert.ok(table.all().some(({ address }) => address.host === host))
    assert.equal(
      table.wants({ id: filled(0xf0), address: { host: '31.3.3.3', port: 1 } }, 10),
      false,
    )
  })

  test('say in which bucket nothing has moved for long', () => {
    const table = new RoutingTable(own)
    for (let at = 0; at < 9; at++) table.answered(atHome(filled(at * 28), at), 0)
    assert.equal(table.neglected(900_000), undefined)
    assert.equal(table.neglected(900_001), 0)
    assert.equal(table.neglected(900_001), 1)
    assert.equal(table.neglected(900_001), undefined)
  })
})

function filled(first: number): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, at) => (at === 0 ? first : 7))
}

function atHome(id: Uint8Array, at: number): Contact {
  return { id, address: { host: '192.168.0.1', port: 1_000 + at } }
}
