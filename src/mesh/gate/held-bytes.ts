import type { Held } from '../mesh.ts'
import { heldBytesMax } from './limits.ts'

interface Holding {
  readonly bytes: number
  readonly evict: () => void
}

/**
 * Bytes on their way out. Whoever takes its bytes moves to the end of the line; when there are too many
 * bytes, the head of the line goes: those who have taken nothing for the longest time.
 */
export class HeldBytes {
  readonly #line = new Set<Holding>()
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  hold(bytes: number, evict: () => void): Held {
    const holding = { bytes, evict }
    this.#line.add(holding)
    this.#bytes += bytes
    this.#makeRoom(holding)
    return {
      moved: () => {
        if (this.#line.delete(holding)) this.#line.add(holding)
      },
      [Symbol.dispose]: () => this.#drop(holding),
    }
  }

  #makeRoom(newest: Holding): void {
    for (const holding of [...this.#line]) {
      if (this.#bytes <= heldBytesMax || holding === newest) return
      this.#drop(holding)
      holding.evict()
    }
  }

  #drop(holding: Holding): void {
    if (this.#line.delete(holding)) this.#bytes -= holding.bytes
  }
}
