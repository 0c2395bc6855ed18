import type { Held } from '../mesh.ts'
import { heldBytesMax } from './limits.ts'

interface Holding {
  readonly host: string
  readonly bytes: number
  readonly evict: () => void
}

/**
 * Bytes on their way out. When there are too many, the host that has most of them has to do with fewer: if
 * it is the one that wants more, that is refused, else it loses those that have not moved for longest. So a
 * crowd that never reads can't break off the answers of one who does.
 */
export class HeldBytes {
  readonly #linesByHost = new Map<string, Set<Holding>>()
  readonly #bytesByHost = new Map<string, number>()
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** `evict` is called, at once or later, when there is no room for them. */
  hold(host: string, bytes: number, evict: () => void): Held {
    const holding = { host, bytes, evict }
    const line = this.#linesByHost.get(host) ?? new Set()
    this.#linesByHost.set(host, line.add(holding))
    this.#count(host, bytes)
    while (this.#bytes > heldBytesMax && line.has(holding)) this.#evictOne(holding)
    return {
      // To the end of its host's line, if it still stands there.
      moved: () => {
        if (line.delete(holding)) line.add(holding)
      },
      [Symbol.dispose]: () => this.#drop(holding),
    }
  }

  #evictOne(newest: Holding): void {
    let most = newest.host
    for (const [host, bytes] of this.#bytesByHost) {
      if (bytes > (this.#bytesByHost.get(most) ?? 0)) most = host
    }
    const [stalest = newest] = this.#linesByHost.get(most) ?? []
    const out = most === newest.host ? newest : stalest
    this.#drop(out)
    out.evict()
  }

  #drop(holding: Holding): void {
    const { host, bytes } = holding
    const line = this.#linesByHost.get(host)
    if (!line?.delete(holding)) return
    if (line.size === 0) this.#linesByHost.delete(host)
    this.#count(host, -bytes)
  }

  #count(host: string, change: number): void {
    this.#bytes += change
    const bytes = (this.#bytesByHost.get(host) ?? 0) + change
    if (bytes === 0) this.#bytesByHost.delete(host)
    else this.#bytesByHost.set(host, bytes)
  }
}
