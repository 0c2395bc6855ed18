import { blockBytes } from '../metainfo/metainfo.ts'
import type { BlockPlace } from '../wire/block-request.ts'

/** Whoever is asked for blocks. Only its identity matters. */
export type Provider = object

/** A piece that is being fetched: which of its blocks are here, and who was asked for the others. */
export class OpenPiece {
  readonly index: number
  /** Where the blocks come together. */
  readonly bytes: Uint8Array
  readonly blockCount: number
  /** Whoever began it, or took it over: others leave it alone while there are other pieces. */
  owner: Provider | undefined
  readonly #askedOf: Set<Provider>[]
  readonly #broughtBy: (Provider | undefined)[]
  readonly #filledBy = new Map<number, Provider>()
  #here = 0
  #free: number
  #firstFree = 0

  constructor(index: number, bytes: Uint8Array) {
    this.index = index
    this.bytes = bytes
    this.blockCount = Math.ceil(bytes.length / blockBytes)
    this.#free = this.blockCount
    this.#askedOf = Array.from({ length: this.blockCount }, () => new Set())
    this.#broughtBy = Array.from({ length: this.blockCount }, () => undefined)
  }

  get isWhole(): boolean {
    return this.#here === this.blockCount
  }

  /** Blocks that are not here and that nobody is asked for. */
  get freeBlocks(): number {
    return this.#free
  }

  place(block: number): BlockPlace {
    const begin = block * blockBytes
    const length = Math.min(blockBytes, this.bytes.length - begin)
    return { piece: this.index, begin, length }
  }

  /** The block that stands at this place, if it is one. */
  blockAt({ begin, length }: BlockPlace): number | undefined {
    const block = begin / blockBytes
    const isBlock = Number.isInteger(block) && block >= 0 && block < this.blockCount
    return isBlock && this.place(block).length === length ? block : undefined
  }

  /** Takes up to `count` free blocks, and notes that `provider` is asked for them. */
  ask(provider: Provider, count: number): BlockPlace[] {
    const asked: BlockPlace[] = []
    for (let block = this.#firstFree; block < this.blockCount && asked.length < count; block++) {
      if (!this.#isFree(block)) continue
      this.#askedOf[block]?.add(provider)
      this.#free--
      asked.push(this.place(block))
    }
    while (this.#firstFree < this.blockCount && !this.#isFree(this.#firstFree)) this.#firstFree++
    return asked
  }

  /** The same for blocks that others owe. */
  askAgain(provider: Provider, count: number): BlockPlace[] {
    const asked: BlockPlace[] = []
    for (let block = this.blockCount - 1; block >= 0 && asked.length < count; block--) {
      const askedOf = this.#askedOf[block]
      if (this.isHere(block) || !askedOf || askedOf.has(provider)) continue
      if (askedOf.size === 0 || askedOf.size >= askedOfMax) continue
      askedOf.add(provider)
      asked.push(this.place(block))
    }
    return asked
  }

  isHere(block: number): boolean {
    return this.#broughtBy[block] !== undefined
  }

  isAskedOf(provider: Provider, block: number): boolean {
    return this.#askedOf[block]?.has(provider) ?? false
  }

  /**
   * A block begins to come. Returns where it goes; undefined if it is here, or another brings it just now. It
   * ends with `arrived` or `release`.
   */
  fill(block: number, provider: Provider): Uint8Array | undefined {
    if (this.isHere(block) || this.#filledBy.has(block)) return undefined
    this.#filledBy.set(block, provider)
    const { begin, length } = this.place(block)
    return this.bytes.subarray(begin, begin + length)
  }

  /** The block came. Returns the others who were asked for it, or undefined if it was here already. */
  arrived(block: number, provider: Provider): Provider[] | undefined {
    const askedOf = this.#askedOf[block]
    if (this.isHere(block) || !askedOf) return undefined
    this.#filledBy.delete(block)
    if (askedOf.size === 0) this.#free--
    this.#broughtBy[block] = provider
    this.#here++
    const others = [...askedOf].filter((other) => other !== provider)
    askedOf.clear()
    return others
  }

  /** The provider will not bring the block. */
  release(provider: Provider, block: number): void {
    if (this.#filledBy.get(block) === provider) this.#filledBy.delete(block)
    const askedOf = this.#askedOf[block]
    if (!askedOf?.delete(provider) || askedOf.size > 0 || this.isHere(block)) return
    this.#free++
    this.#firstFree = Math.min(this.#firstFree, block)
  }

  /** The block was wrong: it is to be fetched again. */
  forget(block: number): void {
    if (!this.isHere(block)) return
    this.#broughtBy[block] = undefined
    this.#here--
    this.#free++
    this.#firstFree = Math.min(this.#firstFree, block)
  }

  broughtBy(block: number): Provider | undefined {
    return this.#broughtBy[block]
  }

  /** All who brought a part of it. */
  providers(): Set<Provider> {
    return new Set(this.#broughtBy.filter((provider) => provider !== undefined))
  }

  #isFree(block: number): boolean {
    return !this.isHere(block) && this.#askedOf[block]?.size === 0
  }
}

/** Whoever is last gets the rest from two at most: more would only be traffic. */
const askedOfMax = 2
