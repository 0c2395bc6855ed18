import type { LeftOut, ScanProgress } from '../content.ts'
import type { Listed } from './listing.ts'

/** What a scan has come by so far. */
export class ScanTally {
  readonly #leftByPath = new Map<string, LeftOut>()
  #files = 0
  #bytes = 0
  #hashedBytes = 0

  see(listed: readonly Pick<Listed, 'kind' | 'stamp'>[]): void {
    for (const { kind, stamp } of listed) {
      if (kind === 'directory') continue
      this.#files++
      this.#bytes += stamp.size
    }
  }

  hash(bytes: number): void {
    this.#hashedBytes += bytes
  }

  leave(left: readonly LeftOut[]): void {
    for (const one of left) {
      if (this.#leftByPath.size < leftMax) this.#leftByPath.set(one.diskPath, one)
    }
  }

  get left(): LeftOut[] {
    return [...this.#leftByPath.values()]
  }

  get progress(): ScanProgress {
    return { files: this.#files, bytes: this.#bytes, hashedBytes: this.#hashedBytes }
  }
}

/** What a person still looks through. */
const leftMax = 1_000
