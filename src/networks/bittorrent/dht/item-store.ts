import { equalBytes, toHex } from '../../../base/bytes.ts'
import type { Clock } from '../../../base/clock.ts'
import { isSigned, saltBytesMax, targetOf, valueBytesMax } from './item.ts'
import type { Item } from './item.ts'
import type { NodeId } from './node-id.ts'

/** Why an item is not kept; the codes of BEP 44. */
export type PutRefusal = { readonly code: 205 | 206 | 207 | 301 | 302; readonly words: string }

/** The items that others keep here. What nobody renews for two hours is forgotten. */
export class ItemStore {
  readonly #clock: Clock
  /** By target, that which was put longest ago first. */
  readonly #items = new Map<string, { readonly item: Item; readonly atMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(target: NodeId): Item | undefined {
    const kept = this.#items.get(toHex(target))
    return kept && this.#clock.elapsed() - kept.atMs <= keptMs ? kept.item : undefined
  }

  /** `expected` is the sequence that the putter believes to be here (`cas`). Undefined when it is kept. */
  put(item: Item, expected: number | undefined): PutRefusal | undefined {
    if (item.value.length > valueBytesMax) return { code: 205, words: 'value too big' }
    if (item.kind === 'mutable') {
      if (item.salt.length > saltBytesMax) return { code: 207, words: 'salt too big' }
      const refusal = this.#refuse(item, expected)
      if (refusal) return refusal
      // Last, since it costs most.
      if (!isSigned(item)) return { code: 206, words: 'invalid signature' }
    }
    const key = toHex(targetOf(item))
    this.#items.delete(key)
    this.#items.set(key, { item, atMs: this.#clock.elapsed() })
    const [oldest] = this.#items.keys()
    if (this.#items.size > itemsMax && oldest !== undefined) this.#items.delete(oldest)
    return undefined
  }

  #refuse(item: Item & { kind: 'mutable' }, expected: number | undefined): PutRefusal | undefined {
    const here = this.get(targetOf(item))
    if (here?.kind !== 'mutable') return undefined
    if (expected !== undefined && expected !== here.sequence) {
      return { code: 301, words: 'another sequence is here' }
    }
    const isOlder = item.sequence < here.sequence
    const isOther = item.sequence === here.sequence && !equalBytes(item.value, here.value)
    return isOlder || isOther ? { code: 302, words: 'a newer one is here' } : undefined
  }
}

/** BEP 44, "expiration". */
const keptMs = 2 * 60 * 60_000

/** libtorrent's default is 700; each takes less than 2 kB. */
const itemsMax = 700
