import { contentKey } from '../../content/content-id.ts'
import type { ContentId } from '../../content/content.ts'
import type { SignedHead } from '../../shares/shares.ts'
import type { ConflictNotice, Gain, Possession } from '../transfer.ts'
import { runsMax } from './piece-runs.ts'
import type { HolderAddress, WatchFrame } from './watch-frame.ts'

/** What a watcher has to be told at any moment: asked for when it is ready to take more. */
export interface WatchedState {
  head(): SignedHead | undefined
  whole(): boolean
  partial(): readonly Possession[]
  holders(): readonly HolderAddress[]
  takeNotices(): readonly ConflictNotice[]
}

/**
 * What one watcher does not know yet. What comes while it is slow is merged, never queued: of heads and
 * holders it gets the newest, of pieces the union. When that grows too large it is dropped, and the
 * watcher gets the whole state anew. Pure: knows no stream and no clock.
 */
export class WatchState {
  readonly #state: WatchedState
  readonly #contentsMax: number
  #headIsDue = true
  #holdersAreDue = true
  #noticesAreDue = true
  /** Everything that can be served has to be told. */
  #stateIsDue = true
  #toldWhole = false
  readonly #pieces = new Map<string, PiecesToTell>()
  #notices: ConflictNotice[] = []

  constructor(state: WatchedState, most: number = contentsMax) {
    this.#state = state
    this.#contentsMax = most
  }

  headChanged(): void {
    this.#headIsDue = true
  }

  holdersChanged(): void {
    this.#holdersAreDue = true
  }

  noticesPosted(): void {
    this.#noticesAreDue = true
  }

  gained({ content, pieces }: Gain): void {
    if (this.#toldWhole || this.#stateIsDue) return
    this.#add(content, pieces)
    if (this.#pieces.size <= this.#contentsMax) return
    this.#pieces.clear()
    this.#stateIsDue = true
  }

  /** The next thing to tell, or undefined when the watcher knows all. */
  next(): WatchFrame | undefined {
    return this.#nextHead() ?? this.#nextPossession() ?? this.#nextHolders() ?? this.#nextNotice()
  }

  #nextHead(): WatchFrame | undefined {
    const head = this.#headIsDue ? this.#state.head() : undefined
    if (!head) return undefined
    this.#headIsDue = false
    this.#toldWhole = false
    this.#stateIsDue = true
    return { kind: 'head', bytes: head.bytes }
  }

  #nextPossession(): WatchFrame | undefined {
    if (!this.#toldWhole && this.#state.whole()) {
      this.#toldWhole = true
      this.#stateIsDue = false
      this.#pieces.clear()
      return { kind: 'whole' }
    }
    if (this.#stateIsDue) this.#addAll()
    const [entry] = this.#pieces
    if (!entry) return undefined
    const [key, { content, pieces }] = entry
    if (pieces === 'all') this.#pieces.delete(key)
    return { kind: 'have', content, pieces: pieces === 'all' ? 'all' : this.#takeSome(key, pieces) }
  }

  #nextHolders(): WatchFrame | undefined {
    if (!this.#holdersAreDue) return undefined
    this.#holdersAreDue = false
    return { kind: 'holders', holders: this.#state.holders() }
  }

  #nextNotice(): WatchFrame | undefined {
    if (this.#noticesAreDue) {
      this.#noticesAreDue = false
      this.#notices.push(...this.#state.takeNotices())
    }
    const notice = this.#notices.shift()
    return notice && { ...notice, kind: 'notice' }
  }

  #addAll(): void {
    this.#stateIsDue = false
    for (const { content, pieces } of this.#state.partial()) {
      if (this.#pieces.size >= this.#contentsMax) return
      this.#add(content, pieces)
    }
  }

  #add(content: ContentId, pieces: 'all' | Iterable<number>): void {
    const key = contentKey(content)
    const known = this.#pieces.get(key)?.pieces
    if (pieces === 'all' || known === 'all') this.#pieces.set(key, { content, pieces: 'all' })
    else this.#pieces.set(key, { content, pieces: new Set([...(known ?? []), ...pieces]) })
  }

  /** As many as fit into a frame, however they are strewn. */
  #takeSome(key: string, pieces: Set<number>): number[] {
    const some = [...pieces].slice(0, runsMax)
    for (const piece of some) pieces.delete(piece)
    if (pieces.size === 0) this.#pieces.delete(key)
    return some
  }
}

interface PiecesToTell {
  readonly content: ContentId
  readonly pieces: 'all' | Set<number>
}

/** About 16 MiB of memory for a watcher that reads nothing, of a copy of a share with as many files. */
const contentsMax = 65_536
