import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { Contact } from '../../../../src/networks/bittorrent/dht/contact.ts'
import { Lookup } from '../../../../src/networks/bittorrent/dht/lookup.ts'
import { compareDistance } from '../../../../src/networks/bittorrent/dht/node-id.ts'

const target = new Uint8Array(20)
const token = Buffer.from('token')

suite('the way to a target', () => {
  test('asks five at once, nearest first, until the eight nearest have answered', () => {
    const lookup = new Lookup(target, [9, 3, 7, 1, 5, 8, 2, 6, 4, 10].map(atHome))
    const asked: Contact[] = []
    for (let next = lookup.next(); next; next = lookup.next()) asked.push(next)
    assert.deepEqual(numbers(asked), [1, 2, 3, 4, 5])
    for (let each = asked.shift(); each; each = asked.shift()) {
      assert.equal(lookup.isOver, false)
      lookup.answered(each, each.id, token)
      const next = lookup.next()
      if (next) asked.push(next)
    }
    assert.ok(lookup.isOver)
    assert.deepEqual(numbers(lookup.holders()), [1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('goes on behind those that fail, and hands nothing to who gave no token', () => {
    const lookup = new Lookup(target, [1, 2, 3, 4].map(atHome))
    const failing = [1, 3]
    for (let next = lookup.next(); next; next = lookup.next()) {
      const [number = 0] = numbers([next])
      if (failing.includes(number)) lookup.failed(next)
      else lookup.answered(next, next.id, number === 2 ? token : undefined)
    }
    assert.ok(lookup.isOver)
    assert.deepEqual(numbers(lookup.holders()), [2])
  })

  test('asks each place once, and of one network one node', () => {
    const named = ['31.1.1.1', '31.1.1.1', '2a02:8106::1', '2a02:8106::2'].map((host, at) => ({
      id: idOf(at),
      address: { host, port: 1_000 + at },
    }))
    const lookup = new Lookup(target, named)
    lookup.heard(named)
    const asked: Contact[] = []
    for (let next = lookup.next(); next; next = lookup.next()) asked.push(next)
    assert.deepEqual(numbers(asked), [0, 2])
  })

  test('is not ended by those that may not bear their ids, and prefers the others', () => {
    const forged = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({
      id: idOf(number),
      address: { host: `31.1.${number}.1`, port: 1 },
    }))
    const lookup = new Lookup(target, [...forged, atHome(20), atHome(21)])
    for (let next = lookup.next(); next; next = lookup.next()) lookup.answered(next, next.id, token)
    assert.deepEqual(numbers(lookup.holders()).slice(0, 2), [20, 21])
  })

  test('comes to an end, whatever is answered', () => {
    const answers = fc.array(
      fc.record({ named: fc.array(fc.nat(60_000), { maxLength: 20 }), fails: fc.boolean() }),
      { minLength: 1, maxLength: 50 },
    )
    fc.assert(
      fc.property(answers, (script) => {
        const lookup = new Lookup(target, [atHome(60_001)])
        let asked = 0
        while (!lookup.isOver) {
          const next = lookup.next()
          assert.ok(next, 'it is not over, and nobody is to be asked')
          const { named, fails } = script[asked++ % script.length]!
          lookup.heard(named.map((number) => atHome(number + asked * 7)))
          if (fails) lookup.failed(next)
          else lookup.answered(next, next.id, token)
        }
        assert.ok(asked <= 150)
        const holders = lookup.holders().map(({ id }) => id)
        assert.deepEqual(
          holders,
          holders.toSorted((a, b) => compareDistance(target, a, b)),
        )
      }),
    )
  })
})

function idOf(number: number): Uint8Array {
  const id = Buffer.alloc(20)
  id.writeUInt32BE(number, 16)
  return id
}

function atHome(number: number): Contact {
  return { id: idOf(number), address: { host: `10.0.${number >> 8}.${number & 255}`, port: 1 } }
}

function numbers(contacts: readonly Contact[]): number[] {
  return contacts.map(({ id }) => Buffer.from(id).readUInt32BE(16))
}
