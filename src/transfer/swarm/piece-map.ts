/** What is missing of one content: each piece is missing, asked for, or here. Pure; storing is the stage's. */
export class PieceMap {
  readonly count: number
  readonly #askedBy: Uint8Array
  readonly #here: Uint8Array
  #hereCount = 0

  constructor(count: number, have: Iterable<number>) {
    this.count = count
    this.#askedBy = new Uint8Array(count)
    this.#here = new Uint8Array(count)
    for (const index of have) this.arrived(index)
  }

  get complete(): boolean {
    return this.#hereCount === this.count
  }

  isHere(index: number): boolean {
    return this.#here[index] === 1
  }

  /** How many requests for it are under way. */
  asked(index: number): number {
    return this.#askedBy[index] ?? 0
  }

  isFree(index: number): boolean {
    return !this.isHere(index) && this.asked(index) === 0
  }

  ask(index: number): void {
    this.#askedBy[index] = this.asked(index) + 1
  }

  /** A request ended without the piece, or after another one had brought it. */
  release(index: number): void {
    this.#askedBy[index] = Math.max(0, this.asked(index) - 1)
  }

  /** Verified and written. */
  arrived(index: number): void {
    if (this.isHere(index)) return
    this.#here[index] = 1
    this.#hereCount++
  }

  *free(): Iterable<number> {
    for (let index = 0; index < this.count; index++) if (this.isFree(index)) yield index
  }
}
