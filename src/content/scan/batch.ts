import type { Clock } from '../../base/clock.ts'
import type { ContentId, Name, SharePath } from '../content.ts'
import { TreeChanges } from '../index/tree-changes.ts'
import type { TreeChange } from '../index/tree-changes.ts'
import { isWithin, joinPath } from '../names.ts'

export interface KnownLayer {
  readonly content: ContentId
  readonly layer: Uint8Array
}

/**
 * What a scan has found and not committed yet. Commits of the writer or of another scan that come in
 * between know better: what they have made untrue is dropped.
 */
export class ScanBatch {
  readonly #commit: (changes: TreeChanges, layers: readonly KnownLayer[]) => void
  readonly #clock: Clock
  readonly #abandoned: SharePath[] = []
  #changes = new TreeChanges()
  #layers: KnownLayer[] = []
  #sinceMs: number

  constructor(commit: (changes: TreeChanges, layers: readonly KnownLayer[]) => void, clock: Clock) {
    this.#commit = commit
    this.#clock = clock
    this.#sinceMs = clock.elapsed()
  }

  set(directory: SharePath, name: Name, change: TreeChange): void {
    if (this.#abandoned.length > 0 && this.#isAbandoned(joinPath(directory, name))) return
    this.#changes.set(directory, name, change)
  }

  /** The piece hashes of a file in this batch. */
  addLayer(content: ContentId, layer: Uint8Array): void {
    this.#layers.push({ content, layer })
  }

  /** Whether it is time to let others see what is here. */
  get due(): boolean {
    return (
      this.#changes.size >= namesMax ||
      (this.#changes.size > 0 && this.#clock.elapsed() - this.#sinceMs >= everyMs)
    )
  }

  flush(): void {
    const [changes, layers] = [this.#changes, this.#layers]
    this.#changes = new TreeChanges()
    this.#layers = []
    if (changes.size > 0) this.#commit(changes, layers)
    this.#sinceMs = this.#clock.elapsed()
  }

  /** Others have committed this. */
  forgetAll(changes: TreeChanges): void {
    for (const { path, change } of changes.paths()) {
      if (change.kind === 'gone') this.#changes.forgetWithin(path)
      else this.#changes.forget(path)
    }
  }

  /** The writer has settled what stands at `path`. */
  forget(path: SharePath): void {
    this.#changes.forget(path)
  }

  /** The writer has taken away what stood at `path`: what this scan still finds there is not there any more. */
  abandon(path: SharePath): void {
    this.#changes.forgetWithin(path)
    this.#abandoned.push(path)
  }

  #isAbandoned(path: SharePath): boolean {
    return this.#abandoned.some((abandoned) => isWithin(path, abandoned))
  }
}

/** A large folder is usable while it is scanned for the first time: about this often there is a tree. */
const everyMs = 2_000

/** Keeps a batch to some ten megabytes. */
const namesMax = 10_000
