import { selectiveBytesMax } from './packet.ts'
import { stepped, stepsTo } from './sequence.ts'

/** What became of a packet that came. */
export type Arrival = 'new' | 'again' | 'refused'

/** What comes in order: payload, or the end. */
export type Arrived = Uint8Array | 'end'

/** Packets that came, put in order. Holds no more than `roomBytes` and `packetsMax` whatever is sent. Pure. */
export class Inbox {
  readonly #roomBytes: number
  readonly #early = new Map<number, Arrived>()
  readonly #ready: Arrived[] = []
  #last: number
  #heldBytes = 0

  /** `last` is the number of the packet before the first. */
  constructor(last: number, roomBytes: number) {
    this.#last = last
    this.#roomBytes = roomBytes
  }

  /** All packets up to this number have come. */
  get last(): number {
    return this.#last
  }

  /** Bytes that the far side may still send. */
  get windowBytes(): number {
    return Math.max(0, this.#roomBytes - this.#heldBytes)
  }

  get hasGap(): boolean {
    return this.#early.size > 0
  }

  accept(sequence: number, content: Arrived): Arrival {
    const ahead = stepsTo(this.#last, sequence)
    if (ahead <= 0 || this.#early.has(sequence)) return 'again'
    const bytes = content === 'end' ? 0 : content.length
    // One packet more than was said: it may have been on its way.
    if (ahead > packetsMax || (this.#heldBytes > this.#roomBytes && bytes > 0)) return 'refused'
    this.#heldBytes += bytes
    if (ahead > 1) {
      this.#early.set(sequence, content)
      return 'new'
    }
    this.#ready.push(content)
    this.#last = sequence
    this.#closeGap()
    return 'new'
  }

  /** The next in order, if it has come. */
  take(): Arrived | undefined {
    const content = this.#ready.shift()
    if (content !== undefined && content !== 'end') this.#heldBytes -= content.length
    return content
  }

  /** The bits of what came behind the first gap, as packet.ts describes them; undefined without a gap. */
  selective(): Uint8Array | undefined {
    if (this.#early.size === 0) return undefined
    const bits = new Uint8Array(selectiveBytesMax)
    let used = 0
    for (const sequence of this.#early.keys()) {
      const bit = stepsTo(stepped(this.#last, 2), sequence)
      if (bit < 0 || bit >= bits.length * 8) continue
      bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7))
      used = Math.max(used, (bit >> 5) + 1)
    }
    return used === 0 ? undefined : bits.subarray(0, used * 4)
  }

  #closeGap(): void {
    for (;;) {
      const next = stepped(this.#last, 1)
      const content = this.#early.get(next)
      if (content === undefined) return
      this.#early.delete(next)
      this.#ready.push(content)
      this.#last = next
    }
  }
}

/** As many as 16 MiB of full packets are, and far from half of all numbers. */
const packetsMax = 12_288
