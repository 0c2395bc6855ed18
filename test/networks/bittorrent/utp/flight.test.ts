import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { Flight } from '../../../../src/networks/bittorrent/utp/flight.ts'
import { stepped, stepsTo } from '../../../../src/networks/bittorrent/utp/sequence.ts'

const first = 65_534

suite('packets in flight', () => {
  test('are acknowledged by number, across the end of all numbers', () => {
    const flight = flightOf(5)
    assert.deepEqual([flight.bytes, flight.unacknowledgedBytes, flight.next], [500, 500, 3])
    const told = flight.acknowledge(state(0), 40, 0)
    assert.deepEqual(told, { bytes: 300, packets: 3, roundTripMs: 38, hasLost: false })
    assert.deepEqual([flight.bytes, flight.packets], [200, 2])
  })

  test('are lost when three after them have come, told by bits', () => {
    const flight = flightOf(6)
    // All up to 65533; the first is the gap, and of those behind it the second to fourth have come.
    const told = flight.acknowledge(state(65_533, Uint8Array.of(0b1110, 0, 0, 0)), 50, 10)
    assert.deepEqual(told, { bytes: 300, packets: 3, roundTripMs: 46, hasLost: true })
    assert.equal(flight.nextLost()?.sequence, 65_534)
    assert.equal(flight.bytes, 100)
  })

  test('are lost when the same is said three times more', () => {
    const flight = flightOf(4)
    for (const times of [1, 2, 3]) {
      assert.equal(flight.acknowledge(state(65_533), 50, 10).hasLost, times === 3)
    }
    assert.equal(flight.nextLost()?.sequence, first)
  })

  test('get a round trip to arrive before they are lost again', () => {
    const flight = flightOf(5)
    const bits = state(65_533, Uint8Array.of(0b1111, 0, 0, 0))
    assert.ok(flight.acknowledge(bits, 50, 10).hasLost)
    flight.resent(flight.nextLost() ?? assert.fail(), 50)
    assert.ok(!flight.acknowledge(bits, 59, 10).hasLost)
    assert.ok(flight.acknowledge(bits, 60, 10).hasLost)
  })

  test('say nothing about the round trip when they were sent twice', () => {
    const flight = flightOf(1)
    flight.loseAll()
    flight.resent(flight.nextLost() ?? assert.fail(), 20)
    assert.equal(flight.acknowledge(state(first), 30, 0).roundTripMs, undefined)
  })

  test('make what was never sent, or is long past, implausible', () => {
    const flight = flightOf(3)
    assert.deepEqual(
      [65_533, 65_534, 0, 1, 65_533 - 1_024, 65_533 - 1_025, 20_000].map((each) =>
        flight.isPlausible(each),
      ),
      [true, true, true, false, true, false, false],
    )
  })

  test('never count wrongly, whatever acknowledgements say', () => {
    const bits = fc.uint8Array({ minLength: 4, maxLength: 8 })
    const step = fc.record({ ahead: fc.integer({ min: -3, max: 8 }), bits: fc.option(bits) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const flight = flightOf(20)
        let acknowledged = stepped(first, -1)
        let cameBytes = 0
        for (const [at, { ahead, bits: selective }] of steps.entries()) {
          const sequence = stepped(acknowledged, ahead)
          if (!flight.isPlausible(sequence)) continue
          if (stepsTo(acknowledged, sequence) > 0) acknowledged = sequence
          const { bytes } = flight.acknowledge(state(sequence, selective ?? undefined), at, 1)
          cameBytes += bytes
          const lost = flight.nextLost()
          if (lost && at % 2 === 0) flight.resent(lost, at)
          assert.equal(flight.unacknowledgedBytes, 2_000 - cameBytes)
          assert.ok(flight.bytes >= 0 && flight.bytes <= flight.unacknowledgedBytes)
        }
        flight.acknowledge(state(stepped(flight.next, -1)), 99, 1)
        assert.deepEqual([flight.bytes, flight.unacknowledgedBytes, flight.packets], [0, 0, 0])
      }),
    )
  })
})

function flightOf(packets: number): Flight {
  const flight = new Flight(first)
  for (let at = 0; at < packets; at++) flight.add(Buffer.alloc(120), 100, at)
  return flight
}

function state(acknowledged: number, selective?: Uint8Array) {
  return { kind: 'state', acknowledged, selective } as const
}
