import type { Bitfield } from './bitfield.ts'

/** How many of the peers that we know have each piece. Seeds are counted apart: they change no order. */
export class Availability {
  readonly #counts: Uint16Array
  #seeds = 0
  #partial = 0
  /** Counts up with each change, so that whoever keeps an order knows when it is old. */
  version = 0

  constructor(pieceCount: number) {
    this.#counts = new Uint16Array(pieceCount)
  }

  /** A peer came, with these. */
  join(has: Bitfield): void {
    this.version++
    if (has.isFull) this.#seeds++
    else {
      this.#partial++
      for (const index of has) this.#change(index, 1)
    }
  }

  /** A peer that had these is gone. */
  leave(has: Bitfield): void {
    this.version++
    if (has.isFull) this.#seeds--
    else {
      this.#partial--
      for (const index of has) this.#change(index, -1)
    }
  }

  /** A peer tells of one more piece. `has` is what it has now. */
  gained(has: Bitfield, index: number): void {
    this.version++
    this.#change(index, 1)
    if (!has.isFull) return
    this.#seeds++
    this.#partial--
    for (const each of has) this.#change(each, -1)
  }

  /** A peer has lost a piece. `has` is what is left. */
  lost(has: Bitfield, index: number): void {
    this.version++
    if (has.count + 1 < has.length) return this.#change(index, -1)
    this.#seeds--
    this.#partial++
    for (const each of has) this.#change(each, 1)
  }

  of(index: number): number {
    return this.#seeds + (this.#counts[index] ?? 0)
  }

  /** Whether others are still downloading: then it matters who has what. */
  get hasPartial(): boolean {
    return this.#partial > 0
  }

  get seeds(): number {
    return this.#seeds
  }

  #change(index: number, by: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + by
  }
}
