import { Tokenizer, Type } from 'cborg'
import type { Token } from 'cborg'

/**
 * The tokens of one CBOR item, as deterministic encoding has them (RFC 8949, section 4.2): the keys of each
 * map ascend by their bytes, none of them twice. Beyond that, no floats. Throws Error for anything else; what
 * else may not be is left to the options of the decoder.
 */
export class DeterministicTokens extends Tokenizer {
  /** What is open around the next item, the innermost last. */
  readonly #open: Open[] = []

  override next(): Token {
    const start = this.pos()
    const token = super.next()
    if (Type.equals(token.type, Type.float)) throw new Error('it holds a float')
    this.#take(() => this.data.subarray(start, this.pos()))
    if (Type.equals(token.type, Type.map)) {
      this.#open.push({ isMap: true, left: 2 * token.value, key: undefined })
    } else if (Type.equals(token.type, Type.array)) {
      this.#open.push({ isMap: false, left: token.value, key: undefined })
    }
    return token
  }

  /** Counts an item towards what it stands in; every second one in a map, from the first, is a key. */
  #take(bytes: () => Uint8Array): void {
    while (this.#open.at(-1)?.left === 0) this.#open.pop()
    const around = this.#open.at(-1)
    if (!around) return
    if (around.isMap && around.left % 2 === 0) {
      const key = bytes()
      if (around.key && Buffer.compare(around.key, key) >= 0)
        throw new Error('its keys are not sorted')
      around.key = key
    }
    around.left--
  }
}

interface Open {
  readonly isMap: boolean
  /** Items to come. */
  left: number
  key: Uint8Array | undefined
}
