import { MissingError } from '../../base/errors.ts'
import type { FolderIndex, PageHash, PageSource } from '../../content/content.ts'

/** Pages of a share's tree: those that this copy has, others from the holders, which are then kept for serving. */
export class KeptPages implements PageSource {
  readonly #index: FolderIndex
  readonly #elsewhere: PageSource

  constructor(index: FolderIndex, elsewhere: PageSource) {
    this.#index = index
    this.#elsewhere = elsewhere
  }

  async page(hash: PageHash, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.#index.page(hash, signal)
    } catch (error) {
      if (!(error instanceof MissingError)) throw error
      const page = await this.#elsewhere.page(hash, signal)
      await this.#index.keepPages([page])
      return page
    }
  }
}
