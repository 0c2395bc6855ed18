import { errorKind, MissingError, throwIfInterrupted } from '../../base/errors.ts'
import type { PageHash, PageSource } from '../../content/content.ts'
import { CorruptError } from '../../content/errors.ts'
import { emptyPage, pageHash } from '../../content/tree/page.ts'
import { OfflineError } from '../../mesh/errors.ts'
import { orStopped } from '../../mesh/link/send-body.ts'
import { pagesMax } from '../wire/pages-request.ts'
import { askPages } from '../wire/peer-client.ts'
import type { ShareLine } from '../wire/peer-client.ts'
import { PageCache } from './page-cache.ts'

/** A holder that may be asked for pages. */
export interface PageHolder {
  readonly id: string
  readonly line: ShareLine
}

export interface RemotePagesParts {
  /** Best first. */
  readonly holders: () => readonly PageHolder[]
  readonly blame: (id: string, error: unknown) => void
  /** Fires when nobody wants pages any more. */
  readonly signal: AbortSignal
}

interface Wanted {
  readonly hash: PageHash
  readonly promise: Promise<Uint8Array>
  readonly resolve: (page: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

/**
 * The pages of another node's share. What is asked for in one breath goes into one question; each page is
 * compared with its hash, and who sent a wrong one is blamed. A page that one holder lacks is asked of the
 * next: a copy may not have come so far.
 */
export class RemotePages implements PageSource {
  readonly #parts: RemotePagesParts
  readonly #cache = new PageCache(cacheBytesMax)
  readonly #wantedByHash = new Map<PageHash, Wanted>()
  #queue: Wanted[] = []

  constructor(parts: RemotePagesParts) {
    this.#parts = parts
    this.#cache.put(emptyPage.hash, emptyPage.bytes)
  }

  async page(hash: PageHash, signal: AbortSignal): Promise<Uint8Array> {
    throwIfInterrupted(signal)
    const cached = this.#cache.get(hash)
    if (cached) return cached
    // Others may want the same page: only the waiting ends.
    return orStopped(this.#want(hash).promise, signal)
  }

  #want(hash: PageHash): Wanted {
    const known = this.#wantedByHash.get(hash)
    if (known) return known
    const wanted: Wanted = { hash, ...Promise.withResolvers<Uint8Array>() }
    // Whoever asked may have gone when it fails.
    wanted.promise.catch(() => {})
    this.#wantedByHash.set(hash, wanted)
    this.#queue.push(wanted)
    if (this.#queue.length === 1) queueMicrotask(() => this.#askQueue())
    return wanted
  }

  #askQueue(): void {
    const queue = this.#queue
    this.#queue = []
    for (let at = 0; at < queue.length; at += pagesMax) {
      void this.#fetch(queue.slice(at, at + pagesMax))
    }
  }

  async #fetch(batch: readonly Wanted[]): Promise<void> {
    let left = batch
    let failure: unknown = new OfflineError('Nobody who has this share can be reached now.')
    for (const holder of this.#parts.holders()) {
      if (left.length === 0) return
      try {
        left = await this.#ask(holder, left)
        failure = new MissingError('This part of the share is not to be had any more.')
      } catch (error) {
        left = left.filter(({ hash }) => this.#wantedByHash.has(hash))
        if (errorKind(error) === 'corrupt') this.#parts.blame(holder.id, error)
        failure = error
      }
    }
    for (const wanted of left) this.#settle(wanted, () => wanted.reject(failure))
  }

  /** Returns those that this holder lacks. */
  async #ask({ line }: PageHolder, batch: readonly Wanted[]): Promise<readonly Wanted[]> {
    const lacking: Wanted[] = []
    let at = 0
    const hashes = batch.map(({ hash }) => hash)
    for await (const page of askPages(line, hashes, this.#parts.signal)) {
      const wanted = batch[at++]
      if (!wanted) break
      if (!page) lacking.push(wanted)
      else if (pageHash(page) !== wanted.hash)
        throw new CorruptError('A page came that is another one.')
      else {
        this.#cache.put(wanted.hash, page)
        this.#settle(wanted, () => wanted.resolve(page))
      }
    }
    return lacking
  }

  #settle({ hash }: Wanted, settle: () => void): void {
    this.#wantedByHash.delete(hash)
    settle()
  }
}

const cacheBytesMax = 32 * 1024 * 1024
