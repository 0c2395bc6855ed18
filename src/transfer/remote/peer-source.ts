import { errorKind, InterruptedError } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import type { ContentId } from '../../content/content.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { Address, Link } from '../../mesh/mesh.ts'
import type { ConflictNotice, FileWanted, PieceRun, Source } from '../transfer.ts'
import { askLayer, askLeaves, askPieces, askSmall, askWatch } from '../wire/peer-client.ts'
import type { ShareLine } from '../wire/peer-client.ts'
import { runPiecesMax } from '../wire/piece-range.ts'
import { smallBytesMax, smallFilesMax } from '../wire/small-request.ts'
import type { HolderAddress, WatchFrame } from '../wire/watch-frame.ts'
import { Possessions } from './possessions.ts'

/** What a holder says besides what it has. */
export interface HolderNews {
  head(bytes: Uint8Array): void
  holders(holders: readonly HolderAddress[]): void
  notice(notice: ConflictNotice): void
  /** It does not take our capability any more: renew it. */
  refused(error: unknown): void
  /** It sent what can't be right. */
  lied(error: unknown): void
}

export interface PeerSourceParts {
  readonly line: ShareLine
  /** This node's addresses while it serves the share in turn, else undefined. */
  readonly addresses: () => readonly Address[] | undefined
  readonly news: HolderNews
}

/**
 * A holder of the share at the other end of a link. Follows its watch stream for as long as the link is up,
 * so that `has` is what it has now. Gone when the link ends, when the holder no longer serves the share, and
 * when it is disposed.
 */
export class PeerSource implements Source, Disposable {
  readonly id: string
  readonly line: ShareLine
  readonly link: Link
  readonly near: boolean
  readonly gained = new Topic<ContentId | undefined>()
  readonly #parts: PeerSourceParts
  readonly #possessions = new Possessions()
  readonly #gone = new AbortController()
  #watching = new AbortController()

  constructor(parts: PeerSourceParts) {
    const { link } = parts.line
    this.#parts = parts
    this.line = parts.line
    this.link = link
    this.id = link.peer
    this.near = link.way === 'lan'
    void link.ended.then(() => this.#gone.abort())
    void this.#follow()
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  get roundTripMs(): number | undefined {
    return this.link.roundTripMs
  }

  has(content: ContentId): 'all' | ReadonlySet<number> | undefined {
    return this.#possessions.has(content)
  }

  /** Watches anew: our capability, or what we say of ourselves, has changed. */
  watchAnew(): void {
    this.#watching.abort()
  }

  pieces(wanted: PieceRun, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#untilGone(signal, (until) => this.#pieces(wanted, until))
  }

  smallFiles(
    wanted: readonly FileWanted[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array | undefined> {
    return this.#untilGone(signal, (until) => this.#smallFiles(wanted, until))
  }

  layer(wanted: FileWanted, signal: AbortSignal): Promise<Uint8Array> {
    return this.#orGone(signal, (until) => askLayer(this.line, wanted, until))
  }

  leaves(wanted: FileWanted, index: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.#orGone(signal, (until) => askLeaves(this.line, wanted, index, until))
  }

  [Symbol.dispose](): void {
    this.#gone.abort()
    this.#watching.abort()
  }

  async *#pieces(wanted: PieceRun, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const end = wanted.first + wanted.count
    for (let first = wanted.first; first < end; first += runPiecesMax) {
      const count = Math.min(runPiecesMax, end - first)
      let came = 0
      for await (const piece of askPieces(this.line, { ...wanted, first, count }, signal)) {
        came++
        yield piece
      }
      if (came < count) return
    }
  }

  async *#smallFiles(
    wanted: readonly FileWanted[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array | undefined> {
    for (const batch of questionsOf(wanted)) yield* askSmall(this.line, batch, signal)
  }

  async *#untilGone<Item>(
    signal: AbortSignal,
    ask: (until: AbortSignal) => AsyncIterable<Item>,
  ): AsyncGenerator<Item> {
    try {
      yield* ask(AbortSignal.any([signal, this.gone]))
    } catch (error) {
      throw this.#meaning(error, signal)
    }
  }

  async #orGone<Value>(
    signal: AbortSignal,
    ask: (until: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    try {
      return await ask(AbortSignal.any([signal, this.gone]))
    } catch (error) {
      throw this.#meaning(error, signal)
    }
  }

  /** Whoever asked did not interrupt: the holder has gone. */
  #meaning(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted || !(error instanceof InterruptedError)) return error
    return new OfflineError(`${this.id} does not serve this share any more.`, { cause: error })
  }

  async #follow(): Promise<void> {
    let failures = 0
    while (!this.#gone.signal.aborted) {
      const startedMs = this.line.clock.elapsed()
      this.#watching = new AbortController()
      const anew = this.#watching.signal
      try {
        await this.#watch(AbortSignal.any([this.#gone.signal, anew]))
      } catch (error) {
        if (!anew.aborted && this.#isFinal(error)) return this[Symbol.dispose]()
      }
      if (anew.aborted) continue
      failures = this.line.clock.elapsed() - startedMs > calmMs ? 0 : failures + 1
      await this.#rest(Math.min(restMaxMs, restMinMs * 2 ** failures), anew)
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for await (const frame of askWatch(this.line, this.#parts.addresses(), signal)) {
      this.#take(frame)
    }
  }

  #take(frame: WatchFrame): void {
    const { news } = this.#parts
    if (this.#possessions.take(frame)) {
      this.gained.publish(frame.kind === 'have' ? frame.content : undefined)
    }
    if (frame.kind === 'head') news.head(frame.bytes)
    else if (frame.kind === 'holders') news.holders(frame.holders)
    else if (frame.kind === 'notice') news.notice({ ...frame, kind: 'conflict' })
  }

  /** Whether watching again is of no use. */
  #isFinal(error: unknown): boolean {
    const kind = errorKind(error)
    if (kind === 'denied') this.#parts.news.refused(error)
    if (kind === 'corrupt') this.#parts.news.lied(error)
    return kind === 'corrupt' || kind === 'missing' || kind === 'unsupported'
  }

  /** Ends early when there is reason to watch anew. */
  async #rest(restMs: number, anew: AbortSignal): Promise<void> {
    try {
      await this.line.clock.sleep(restMs, AbortSignal.any([this.#gone.signal, anew]))
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
    }
  }
}

/** As many files as one question may ask for. */
function* questionsOf(wanted: readonly FileWanted[]): Generator<readonly FileWanted[]> {
  let batch: FileWanted[] = []
  let bytes = 0
  for (const file of wanted) {
    bytes += file.content.length
    if (batch.length >= smallFilesMax || bytes > smallBytesMax) {
      yield batch
      batch = []
      bytes = file.content.length
    }
    batch.push(file)
  }
  if (batch.length > 0) yield batch
}

const restMinMs = 500
const restMaxMs = 30_000

/** A stream that has lasted so long was a good one: the next is tried soon. */
const calmMs = 60_000
