import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../../src/base/bytes.ts'
import { Inbox } from '../../../../src/networks/bittorrent/utp/inbox.ts'
import { stepped } from '../../../../src/networks/bittorrent/utp/sequence.ts'

suite('packets that come', () => {
  test('are handed on in order, each once', () => {
    const packets = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 41, maxLength: 200 })
    fc.assert(
      fc.property(packets, fc.integer({ min: 0, max: 0xffff }), (order, last) => {
        const inbox = new Inbox(last, 1_000_000)
        const taken: number[] = []
        for (const at of [...order, ...Array(41).keys()]) {
          inbox.accept(stepped(last, at + 1), Uint8Array.of(at))
          for (let next = inbox.take(); next; next = inbox.take()) {
            taken.push(next === 'end' ? assert.fail() : next[0]!)
          }
        }
        assert.deepEqual(taken, [...Array(41).keys()])
        assert.equal(inbox.windowBytes, 1_000_000)
      }),
    )
  })

  test('are told of behind a gap, bit by bit', () => {
    const inbox = new Inbox(65_534, 1_000)
    assert.equal(inbox.selective(), undefined)
    for (const sequence of [0, 2, 40]) inbox.accept(sequence, Uint8Array.of(1))
    assert.equal(toHex(inbox.selective() ?? assert.fail()), '0500000000010000')
    inbox.accept(65_535, Uint8Array.of(1))
    assert.equal(inbox.last, 0)
    assert.equal(toHex(inbox.selective() ?? assert.fail()), '0100000040000000')
  })

  test('are refused when there is no room, or when they are too far ahead', () => {
    const inbox = new Inbox(0, 100)
    assert.equal(inbox.accept(1, new Uint8Array(100)), 'new')
    assert.equal(inbox.windowBytes, 0)
    assert.equal(inbox.accept(2, new Uint8Array(50)), 'new')
    assert.equal(inbox.accept(3, new Uint8Array(1)), 'refused')
    assert.equal(inbox.accept(3, 'end'), 'new')
    assert.equal(inbox.accept(2, new Uint8Array(1)), 'again')
    assert.equal(inbox.accept(20_000, 'end'), 'refused')
    assert.equal(inbox.accept(40_000, 'end'), 'again')
    inbox.take()
    assert.equal(inbox.windowBytes, 50)
  })
})
