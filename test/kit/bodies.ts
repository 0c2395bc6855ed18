/** Helpers for bodies of questions and answers. */
export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** An endless body that knows how much of it was taken, and whether its maker was told to stop. */
export class EndlessBody implements AsyncIterable<Uint8Array> {
  takenBytes = 0
  isStopped = false
  readonly #chunk: Uint8Array

  constructor(chunkBytes = 64 * 1024) {
    this.#chunk = new Uint8Array(chunkBytes)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        this.takenBytes += this.#chunk.length
        yield this.#chunk
      }
    } finally {
      this.isStopped = true
    }
  }
}

/** Chunks that yield to the event loop in between, as those of a disk do. */
export async function* chunked(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    await Promise.resolve()
    yield bytes.subarray(at, at + chunkBytes)
  }
}
