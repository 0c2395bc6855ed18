import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { chooseRepeat, chooseRun, windowPieces } from '../../../src/transfer/swarm/chooser.ts'
import type { SourceView } from '../../../src/transfer/swarm/chooser.ts'
import { PieceMap } from '../../../src/transfer/swarm/piece-map.ts'

function view(id: string, change: Partial<SourceView> = {}): SourceView {
  return {
    id,
    near: false,
    has: 'all',
    outstanding: 0,
    rateBytesPerSecond: undefined,
    roundTripMs: undefined,
    ...change,
  }
}

suite('choosing what to ask whom', () => {
  test('asks one whole source in the order of the file, in runs', () => {
    const pieces = new PieceMap(20, [0, 1])
    const owner = view('owner')
    assert.deepEqual(chooseRun(owner, [owner], pieces, 0.5), { first: 2, count: 4 })
  })

  test('asks for nothing past the window', () => {
    const owner = view('owner', { outstanding: windowPieces(view('owner')) })
    assert.equal(chooseRun(owner, [owner], new PieceMap(20, []), 0), undefined)
  })

  test('keeps a link of long round trips full: twice the rate times the round trip', () => {
    const mib = 1024 * 1024
    const far = view('far', { rateBytesPerSecond: 100 * mib, roundTripMs: 100 })
    assert.ok(windowPieces(far) >= 20)
    assert.equal(windowPieces(view('x', { rateBytesPerSecond: 1e12, roundTripMs: 1000 })), 64)
  })

  test('never asks a far source for what a near one has', () => {
    const pieces = new PieceMap(4, [])
    const near = view('near', { near: true, has: new Set([0, 1, 2]) })
    const far = view('far')
    assert.deepEqual(chooseRun(far, [near, far], pieces, 0), { first: 3, count: 1 })
    const whole = view('near', { near: true })
    assert.equal(chooseRun(far, [whole, far], pieces, 0), undefined)
  })

  test('prefers the pieces that the fewest others hold', () => {
    const pieces = new PieceMap(6, [])
    const owner = view('owner')
    const others = [
      view('b', { has: new Set([0, 1, 2, 3]) }),
      view('c', { has: new Set([0, 1, 5]) }),
    ]
    for (const fraction of [0, 0.3, 0.6, 0.99]) {
      assert.equal(chooseRun(owner, [owner, ...others], pieces, fraction)?.first, 4)
    }
  })

  test('spreads equals by chance while others are copying', () => {
    const pieces = new PieceMap(100, [])
    const owner = view('owner')
    const other = view('b', { has: new Set() })
    assert.equal(chooseRun(owner, [owner, other], pieces, 0)?.first, 0)
    assert.equal(chooseRun(owner, [owner, other], pieces, 0.5)?.first, 50)
  })

  test('asks a second time, elsewhere, only for what a much slower source owes', () => {
    const pieces = new PieceMap(1, [])
    pieces.ask(0)
    const slow = view('slow', { rateBytesPerSecond: 50_000, outstanding: 1 })
    const fast = view('fast', { rateBytesPerSecond: 50_000_000 })
    assert.equal(chooseRepeat(fast, pieces, [{ index: 0, by: slow }]), 0)
    assert.equal(chooseRepeat(slow, pieces, [{ index: 0, by: fast }]), undefined)
    pieces.ask(0)
    assert.equal(chooseRepeat(fast, pieces, [{ index: 0, by: slow }]), undefined, 'twice is enough')
  })

  test('never repeats at a far source what a near one owes', () => {
    const pieces = new PieceMap(1, [])
    pieces.ask(0)
    const near = view('near', { near: true, rateBytesPerSecond: 1000, outstanding: 1 })
    const far = view('far', { rateBytesPerSecond: 50_000_000 })
    assert.equal(chooseRepeat(far, pieces, [{ index: 0, by: near }]), undefined)
  })
})
