import { contentKey } from '../../content/content-id.ts'
import type { ContentId } from '../../content/content.ts'
import type { WatchFrame } from '../wire/watch-frame.ts'

/**
 * What one holder has, as its watch stream says. Bounded: a holder of more contents than this is not
 * believed to have the rest until it says that it has everything.
 */
export class Possessions {
  #whole = false
  readonly #piecesByContent = new Map<string, 'all' | Set<number>>()

  has(content: ContentId): 'all' | ReadonlySet<number> | undefined {
    return this.#whole ? 'all' : this.#piecesByContent.get(contentKey(content))
  }

  /** Takes in what a frame says, and returns whether that was news about possessions. */
  take(frame: WatchFrame): boolean {
    switch (frame.kind) {
      case 'head':
        // What is whole under the old head may not be under the new one.
        this.#whole = false
        return true
      case 'whole':
        this.#whole = true
        this.#piecesByContent.clear()
        return true
      case 'have':
        return this.#add(frame.content, frame.pieces)
      default:
        return false
    }
  }

  #add(content: ContentId, pieces: 'all' | readonly number[]): boolean {
    const key = contentKey(content)
    const known = this.#piecesByContent.get(key)
    if (!known && this.#piecesByContent.size >= contentsMax) return false
    if (pieces === 'all' || known === 'all') this.#piecesByContent.set(key, 'all')
    else if (!known) this.#piecesByContent.set(key, new Set(pieces))
    else for (const piece of pieces) known.add(piece)
    return true
  }
}

/** As many as a holder tells; some 10 MiB. */
const contentsMax = 65_536
