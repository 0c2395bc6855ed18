/**
 * Memory in which pieces come together, shared with the threads that verify and write them. It is bounded, and
 * used again: what is in flight never grows with the number of peers.
 */
export class PieceMemory {
  readonly #bytesMax: number
  #bytes = 0
  readonly #freeBySize = new Map<number, SharedArrayBuffer[]>()

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** `length` bytes of a buffer of `capacity`; undefined when all is in use. The first two are always to be had. */
  take(length: number, capacity: number): Uint8Array | undefined {
    const free = this.#freeBySize.get(capacity)?.pop()
    if (free) return new Uint8Array(free, 0, length)
    if (this.#bytes + capacity > Math.max(this.#bytesMax, capacity * 2)) {
      if (!this.#dropFree(capacity)) return undefined
    }
    this.#bytes += capacity
    return new Uint8Array(new SharedArrayBuffer(capacity), 0, length)
  }

  give({ buffer }: Uint8Array): void {
    if (!(buffer instanceof SharedArrayBuffer)) throw new TypeError('not of this memory')
    const free = this.#freeBySize.get(buffer.byteLength) ?? []
    free.push(buffer)
    this.#freeBySize.set(buffer.byteLength, free)
  }

  /** Buffers of torrents with pieces of another length make room. */
  #dropFree(capacity: number): boolean {
    for (const [size, free] of this.#freeBySize) {
      if (size === capacity) continue
      while (free.pop()) {
        this.#bytes -= size
        if (this.#bytes + capacity <= this.#bytesMax) return true
      }
    }
    return false
  }
}

/** Twice what one fast peer may owe. */
export const pieceMemoryBytes = 64 * 1024 * 1024
