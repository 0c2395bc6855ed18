/** Bytes that wait to be put into packets. They are not copied before that. */
export class Outbox {
  readonly #chunks: Uint8Array[] = []
  #offset = 0
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#bytes += bytes.length
  }

  /** Moves up to `target.length` bytes into `target`; tells how many. */
  moveInto(target: Uint8Array): number {
    let moved = 0
    for (let chunk = this.#chunks[0]; chunk && moved < target.length; chunk = this.#chunks[0]) {
      const part = chunk.subarray(this.#offset, this.#offset + target.length - moved)
      target.set(part, moved)
      moved += part.length
      this.#offset += part.length
      if (this.#offset < chunk.length) break
      this.#chunks.shift()
      this.#offset = 0
    }
    this.#bytes -= moved
    return moved
  }

  clear(): void {
    this.#chunks.length = 0
    this.#offset = 0
    this.#bytes = 0
  }
}
