import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Availability } from '../../../../src/networks/bittorrent/missing/availability.ts'
import { Bitfield } from '../../../../src/networks/bittorrent/missing/bitfield.ts'
import { OpenPiece } from '../../../../src/networks/bittorrent/missing/open-piece.ts'
import { PiecePicker } from '../../../../src/networks/bittorrent/missing/piece-picker.ts'
import { ProtocolError } from '../../../../src/networks/bittorrent/wire/protocol-error.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

const anything = () => true
const kib = 1024

suite('a bitfield', () => {
  test('is the bits that peers send', () => {
    const field = Bitfield.parse(Uint8Array.of(0b1010_0000, 0b1000_0000), 9)
    assert.deepEqual([...field], [0, 2, 8])
    assert.equal(field.count, 3)
    assert.equal(field.add(2), false)
    assert.equal(field.delete(8), true)
    assert.deepEqual([...field.bytes], [0b1010_0000, 0])
    assert.equal(Bitfield.full(9).isFull, true)
  })

  test('that lies about its length is refused', () => {
    assert.throws(() => Bitfield.parse(Uint8Array.of(0), 9), ProtocolError)
    assert.throws(() => Bitfield.parse(Uint8Array.of(0, 0b0100_0000), 9), ProtocolError)
  })
})

suite('availability', () => {
  test('counts who has what, as peers come, gain, lose and go', () => {
    const availability = new Availability(3)
    const [seed, partial] = [Bitfield.full(3), fieldOf(3, 0)]
    availability.join(seed)
    availability.join(partial)
    assert.deepEqual(
      [0, 1, 2].map((piece) => availability.of(piece)),
      [2, 1, 1],
    )
    for (const piece of [1, 2]) {
      partial.add(piece)
      availability.gained(partial, piece)
    }
    assert.equal(availability.hasPartial, false)
    partial.delete(2)
    availability.lost(partial, 2)
    assert.deepEqual(
      [0, 1, 2].map((piece) => availability.of(piece)),
      [2, 2, 1],
    )
    availability.leave(partial)
    availability.leave(seed)
    assert.deepEqual(
      [0, 1, 2].map((piece) => availability.of(piece)),
      [0, 0, 0],
    )
  })
})

suite('the picker', () => {
  test('takes the order of the files while all others are seeds', () => {
    const { picker, availability } = pickerOf(4)
    availability.join(Bitfield.full(4))
    assert.deepEqual(takeAll(picker, Bitfield.full(4)), [0, 1, 2, 3])
  })

  test('takes the rarest first while others are downloading', () => {
    const { picker, availability } = pickerOf(4)
    availability.join(fieldOf(4, 0, 1, 2))
    availability.join(fieldOf(4, 0, 1))
    availability.join(fieldOf(4, 0))
    assert.deepEqual(takeAll(picker, Bitfield.full(4)), [3, 2, 1, 0])
  })

  test('takes only what a peer has, may be asked for and is wanted', () => {
    const { picker } = pickerOf(5)
    picker.want([1], false)
    assert.equal(picker.missing, 4)
    assert.equal(
      picker.pick(fieldOf(5, 1, 2, 3), (piece) => piece !== 2),
      3,
    )
    assert.equal(picker.wantsFrom(fieldOf(5, 1)), false)
    assert.equal(picker.wantsFrom(fieldOf(5, 1, 4)), true)
  })

  test('does not take twice what is open, and takes again what was given up', () => {
    const { picker, have } = pickerOf(2)
    picker.open(0)
    assert.equal(picker.pick(Bitfield.full(2), anything), 1)
    picker.close(0)
    assert.equal(picker.pick(Bitfield.full(2), anything), 0)
    have.add(0)
    picker.finish(0)
    assert.equal(picker.missing, 1)
    assert.equal(picker.pick(fieldOf(2, 0), anything), undefined)
  })

  test('keeps the order of the files when it is to be looked at meanwhile', () => {
    const { picker, availability } = pickerOf(3)
    picker.isSequential = true
    availability.join(fieldOf(3, 0, 1))
    assert.deepEqual(takeAll(picker, Bitfield.full(3)), [0, 1, 2])
  })
})

suite('an open piece', () => {
  test('hands out each block once, and again when it will not come', () => {
    const piece = new OpenPiece(7, new Uint8Array(40 * kib))
    const [ana, ben] = [{}, {}]
    assert.deepEqual(
      piece.ask(ana, 2).map(({ begin, length }) => [begin / kib, length / kib]),
      [
        [0, 16],
        [16, 16],
      ],
    )
    assert.deepEqual(
      piece.ask(ben, 9).map(({ length }) => length),
      [8 * kib],
    )
    assert.equal(piece.freeBlocks, 0)
    piece.release(ana, 1)
    assert.equal(piece.ask(ben, 9)[0]?.begin, 16 * kib)
  })

  test('takes a block from whoever is first, and tells who else was asked', () => {
    const piece = new OpenPiece(7, new Uint8Array(20 * kib))
    const [ana, ben, cleo] = [{}, {}, {}]
    piece.ask(ana, 2)
    assert.equal(piece.askAgain(ben, 9).length, 2)
    assert.equal(piece.askAgain(cleo, 9).length, 0)
    assert.ok(piece.fill(0, ana))
    assert.equal(piece.fill(0, ben), undefined)
    assert.deepEqual(piece.arrived(0, ana), [ben])
    assert.equal(piece.arrived(0, ben), undefined)
    piece.arrived(1, ben)
    assert.equal(piece.isWhole, true)
    assert.deepEqual(piece.providers(), new Set([ana, ben]))
    piece.forget(1)
    assert.equal(piece.isWhole, false)
    assert.equal(piece.freeBlocks, 1)
  })

  test('knows its own blocks', () => {
    const piece = new OpenPiece(7, new Uint8Array(20 * kib))
    assert.equal(piece.blockAt({ piece: 7, begin: 16 * kib, length: 4 * kib }), 1)
    assert.equal(piece.blockAt({ piece: 7, begin: 16 * kib, length: 16 * kib }), undefined)
    assert.equal(piece.blockAt({ piece: 7, begin: 5, length: 16 * kib }), undefined)
  })
})

function pickerOf(pieces: number) {
  const [have, availability] = [new Bitfield(pieces), new Availability(pieces)]
  return { have, availability, picker: new PiecePicker(have, availability, seededRandom(1)) }
}

function takeAll(picker: PiecePicker, has: Bitfield): number[] {
  const taken: number[] = []
  for (;;) {
    const piece = picker.pick(has, anything)
    if (piece === undefined) return taken
    picker.open(piece)
    taken.push(piece)
  }
}

function fieldOf(length: number, ...pieces: readonly number[]): Bitfield {
  const field = new Bitfield(length)
  for (const piece of pieces) field.add(piece)
  return field
}
