/**
 * The piece hashes that were asked for last: whoever copies a large file needs the same ones for each piece,
 * and they were checked when they came.
 */
export class RecentLayers {
  /** Oldest first. */
  readonly #layerByContent = new Map<string, Uint8Array>()
  #bytes = 0

  get(key: string): Uint8Array | undefined {
    const layer = this.#layerByContent.get(key)
    if (layer) {
      this.#layerByContent.delete(key)
      this.#layerByContent.set(key, layer)
    }
    return layer
  }

  put(key: string, layer: Uint8Array): void {
    this.#drop(key)
    this.#layerByContent.set(key, layer)
    this.#bytes += layer.length
    for (const oldest of this.#layerByContent.keys()) {
      if (this.#bytes <= bytesMax) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#layerByContent.get(key)?.length ?? 0
    this.#layerByContent.delete(key)
  }
}

/** Those of 128 GiB of files. */
const bytesMax = 4 * 1024 * 1024
