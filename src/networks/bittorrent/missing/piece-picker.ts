/**
 * Which piece to begin next. Pure: it knows what is here, what is wanted and what peers have, and no peer.
 *
 * Rare before common, so that what few have spreads first; among equals by chance, so that several who
 * download have different pieces for each other, or in the order of the file while all others are seeds:
 * long runs are read and written fastest. `sequential` keeps that order throughout.
 */
import { fraction } from '../../../base/random.ts'
import type { Random } from '../../../base/random.ts'
import type { Availability } from './availability.ts'
import type { Bitfield } from './bitfield.ts'

export class PiecePicker {
  readonly #have: Bitfield
  readonly #availability: Availability
  readonly #random: Random
  readonly #wanted: Uint8Array
  readonly #isOpen: Uint8Array
  #missing = 0
  #order: number[] = []
  #orderStart = 0
  #orderVersion = -1
  #picks = 0
  isSequential = false

  /** `have` and `availability` are looked at whenever it is asked; all pieces are wanted at first. */
  constructor(have: Bitfield, availability: Availability, random: Random) {
    this.#have = have
    this.#availability = availability
    this.#random = random
    this.#wanted = new Uint8Array(have.length).fill(1)
    this.#isOpen = new Uint8Array(have.length)
    this.#missing = have.length - have.count
  }

  /** Wanted pieces that are not here. */
  get missing(): number {
    return this.#missing
  }

  isMissing(index: number): boolean {
    return this.#wanted[index] === 1 && !this.#have.has(index)
  }

  /** Whether a peer has anything that is missing. */
  wantsFrom(has: Bitfield): boolean {
    if (has.isFull) return this.#missing > 0
    for (const index of has) if (this.isMissing(index)) return true
    return false
  }

  want(pieces: Iterable<number>, isWanted: boolean): void {
    for (const index of pieces) this.#wanted[index] = isWanted ? 1 : 0
    this.recount()
  }

  /** After pieces became, or ceased to be, here in another way than through `finish`. */
  recount(): void {
    this.#missing = 0
    for (let index = 0; index < this.#have.length; index++) {
      if (this.isMissing(index)) this.#missing++
    }
    this.#orderVersion = -1
  }

  /** The piece to begin with a peer that has `has`, and may be asked for what `may` says. */
  pick(has: Bitfield, may: (index: number) => boolean): number | undefined {
    this.#refresh()
    for (let at = this.#orderStart; at < this.#order.length; at++) {
      const index = this.#order[at]
      if (index === undefined || !this.#isFree(index)) {
        if (at === this.#orderStart) this.#orderStart++
      } else if (has.has(index) && may(index)) return index
    }
    return undefined
  }

  /** The piece is being fetched: it is not picked until it is closed. */
  open(index: number): void {
    this.#isOpen[index] = 1
    this.#picks++
  }

  /** It is not fetched any more. If it is not here now, it may be picked again. */
  close(index: number): void {
    this.#isOpen[index] = 0
    if (!this.isMissing(index)) return
    this.#orderVersion = -1
  }

  /** It is here: to be called after it was added to what is here. */
  finish(index: number): void {
    this.#isOpen[index] = 0
    if (this.#wanted[index] === 1) this.#missing--
  }

  #isFree(index: number): boolean {
    return this.#isOpen[index] === 0 && this.isMissing(index)
  }

  /** Sorting costs as much as there are pieces, so it waits for a share of them to be picked. */
  #refresh(): void {
    const { version } = this.#availability
    const isStale = this.#orderVersion >= 0 && version !== this.#orderVersion && !this.isSequential
    if (this.#orderVersion >= 0 && !(isStale && this.#picks >= this.#order.length / 64)) return
    this.#orderVersion = version
    this.#orderStart = 0
    this.#picks = 0
    this.#order = []
    for (let index = 0; index < this.#have.length; index++) {
      if (this.#isFree(index)) this.#order.push(index)
    }
    if (!this.isSequential && this.#availability.hasPartial) this.#sortByRarity()
  }

  #sortByRarity(): void {
    const order = this.#order
    let seed = Math.floor(fraction(this.#random) * 2 ** 32) | 1
    for (let at = order.length - 1; at > 0; at--) {
      // Xorshift: chance that need not be secret, without a call for each piece.
      seed ^= seed << 13
      seed ^= seed >>> 17
      seed ^= seed << 5
      const other = (seed >>> 0) % (at + 1)
      const held = order[at] ?? 0
      order[at] = order[other] ?? 0
      order[other] = held
    }
    order.sort((a, b) => this.#availability.of(a) - this.#availability.of(b))
  }
}
