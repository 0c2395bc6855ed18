import type { TreeSummary } from '../content.ts'
import type { KnownLayer, ScanBatch } from '../scan/batch.ts'
import type { IndexChange } from './index-writer.ts'
import type { LocalIndex } from './local-index.ts'
import type { TreeChanges } from './tree-changes.ts'
import { applyWriterChanges } from './writer-changes.ts'

/**
 * All changes of a tree go through here, one after another: those of scans, which know what was a moment
 * ago, and those of the writer, which knows what is. Each tells the scans that are under way what they
 * need not tell any more.
 */
export class Commits {
  /** Of the scans that are under way. */
  readonly batches = new Set<ScanBatch>()
  readonly #index: LocalIndex
  readonly #onChanged: (summary: TreeSummary) => void

  constructor(index: LocalIndex, onChanged: (summary: TreeSummary) => void) {
    this.#index = index
    this.#onChanged = onChanged
  }

  ofScan(batch: ScanBatch, changes: TreeChanges, layers: readonly KnownLayer[]): void {
    this.#commit(() => {
      this.#index.change(changes)
      for (const { content, layer } of layers) this.#index.layers.keep(content, layer)
    })
    for (const other of this.batches) if (other !== batch) other.forgetAll(changes)
  }

  ofWriter(changes: readonly IndexChange[]): void {
    this.#commit(() => applyWriterChanges(this.#index, changes))
    for (const batch of this.batches) for (const change of changes) outdate(batch, change)
  }

  #commit(work: () => void): void {
    const before = this.#index.summary()
    this.#index.transaction(work)
    const summary = this.#index.summary()
    if (summary.tree !== before.tree) this.#onChanged(summary)
  }
}

function outdate(batch: ScanBatch, change: IndexChange): void {
  if (change.kind === 'put' || change.kind === 'make') batch.forget(change.path)
  else if (change.kind === 'remove') batch.abandon(change.path)
  else {
    batch.abandon(change.from)
    batch.forget(change.to)
  }
}
