import type { Clock } from '../base/clock.ts'
import { Serial } from '../base/serial.ts'
import { Topic } from '../base/topic.ts'
import { headHash, signHead } from './head.ts'
import type { ShareKey } from './share-key.ts'
import type { ShareStore } from './share-store.ts'
import type { Head, SignedHead } from './shares.ts'

/** What a head says; its number, its time and the one before follow from the chain. */
export type HeadContent = Pick<Head, 'summary' | 'generations' | 'indexing' | 'revoked'>

/** The heads of a share of this node, one after another. No number is used twice, whenever the node is killed. */
export class HeadChain {
  /** Each new head, after it is on the disk. */
  readonly changed = new Topic<SignedHead>()
  readonly #key: ShareKey
  readonly #store: ShareStore
  readonly #clock: Clock
  readonly #serial = new Serial()
  #newest: SignedHead | undefined

  constructor(key: ShareKey, store: ShareStore, clock: Clock, newest: SignedHead | undefined) {
    this.#key = key
    this.#store = store
    this.#clock = clock
    this.#newest = newest
  }

  newest(): SignedHead | undefined {
    return this.#newest
  }

  /**
   * The next head, of what `look` finds when its turn has come; the newest one if that says the same
   * already. It is told to nobody before it survives a power cut: else another head of its number could
   * be made after one, and readers would raise the alarm.
   */
  next(look: () => Promise<HeadContent>): Promise<SignedHead> {
    return this.#serial.run(async () => {
      const content = await look()
      const last = this.#newest
      if (last && saysTheSame(last.head, content)) return last
      const next = signHead(
        {
          share: this.#key.id,
          sequence: last ? last.head.sequence + 1 : 1,
          previous: last ? headHash(last.head) : new Uint8Array(32),
          timeMs: this.#clock.now(),
          summary: content.summary,
          generations: content.generations,
          indexing: content.indexing,
          revoked: content.revoked,
        },
        this.#key,
      )
      await this.#store.putHead(next)
      this.#newest = next
      this.changed.publish(next)
      return next
    })
  }

  /** Resolves when no head is being made. */
  idle(): Promise<void> {
    return this.#serial.idle()
  }
}

function saysTheSame(
  head: Head,
  { summary, generations, indexing, revoked }: HeadContent,
): boolean {
  return (
    head.summary.tree === summary.tree &&
    head.indexing === indexing &&
    head.generations.read === generations.read &&
    head.generations.change === generations.change &&
    head.revoked.length === revoked.length &&
    revoked.every((peer) => head.revoked.includes(peer))
  )
}
