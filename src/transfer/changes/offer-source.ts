import type { Clock } from '../../base/clock.ts'
import { MissingError } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import { equalContent } from '../../content/content-id.ts'
import type { ContentId } from '../../content/content.ts'
import type { Link } from '../../mesh/mesh.ts'
import type { FileWanted, PieceRun, Source } from '../transfer.ts'
import { askOfferLayer, askOfferPieces } from '../wire/peer-client.ts'
import { runPiecesMax } from '../wire/piece-range.ts'
import type { OfferId } from '../wire/routes.ts'

/** A file that the peer at the other end of a link has offered, as a source of that one content. */
export class OfferSource implements Source {
  readonly id: string
  readonly near: boolean
  readonly gained = new Topic<ContentId | undefined>()
  readonly gone: AbortSignal
  readonly #link: Link
  readonly #clock: Clock
  readonly #offer: OfferId
  readonly #content: ContentId

  constructor(link: Link, clock: Clock, offer: OfferId, content: ContentId) {
    const gone = new AbortController()
    void link.ended.then(() => gone.abort())
    this.id = link.peer
    this.near = link.way === 'lan'
    this.gone = gone.signal
    this.#link = link
    this.#clock = clock
    this.#offer = offer
    this.#content = content
  }

  get roundTripMs(): number | undefined {
    return this.#link.roundTripMs
  }

  has(content: ContentId): 'all' | undefined {
    return equalContent(content, this.#content) ? 'all' : undefined
  }

  async *pieces(wanted: PieceRun, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.#check(wanted.content)
    const line = { link: this.#link, clock: this.#clock }
    const end = wanted.first + wanted.count
    for (let first = wanted.first; first < end; first += runPiecesMax) {
      const run = { ...wanted, first, count: Math.min(runPiecesMax, end - first) }
      yield* askOfferPieces(line, this.#offer, run, signal)
    }
  }

  async *smallFiles(
    wanted: readonly FileWanted[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array | undefined> {
    for (const { path, content } of wanted) {
      if (!this.has(content)) yield undefined
      else if (content.length === 0) yield new Uint8Array()
      else yield* this.pieces({ path, content, first: 0, count: 1 }, signal)
    }
  }

  async layer({ content }: FileWanted, signal: AbortSignal): Promise<Uint8Array> {
    this.#check(content)
    const line = { link: this.#link, clock: this.#clock }
    return askOfferLayer(line, this.#offer, content, signal)
  }

  /** A writer that sends a wrong piece is not asked to explain. */
  async leaves(): Promise<Uint8Array> {
    throw new MissingError('An offer has no leaves.')
  }

  #check(content: ContentId): void {
    if (!this.has(content)) throw new MissingError('Something else was offered.')
  }
}
