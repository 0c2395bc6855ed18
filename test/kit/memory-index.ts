import type { ContentId, FileAttributes, SharePath } from '../../src/content/content.ts'
import type { IndexChange, Stamps } from '../../src/content/index/index-writer.ts'
import type { WritingIndex } from '../../src/content/writing/tools.ts'

export interface KnownFile {
  readonly content: ContentId
  readonly attributes: FileAttributes
  readonly stamps: Stamps
}

/** What a writer says of a folder, kept in a map: an index that believes everything and reads nothing. */
export class MemoryIndex implements WritingIndex {
  readonly filesByPath = new Map<SharePath, KnownFile>()
  readonly directories = new Set<SharePath>()
  /** Each batch, as it came. */
  readonly batches: (readonly IndexChange[])[] = []
  readonly layers: Uint8Array[] = []
  held: SharePath[] = []

  keepLayer(_content: ContentId, layer: Uint8Array): Promise<void> {
    this.layers.push(layer)
    return Promise.resolve()
  }

  apply(changes: readonly IndexChange[]): Promise<void> {
    this.batches.push(changes)
    for (const change of changes) this.#apply(change)
    return Promise.resolve()
  }

  proven(path: SharePath, stamps: Stamps): Promise<ContentId | undefined> {
    const known = this.filesByPath.get(path)
    const isProven =
      known?.stamps.ctimeNs === stamps.ctimeNs &&
      known.stamps.mtimeNs === stamps.mtimeNs &&
      known.stamps.size === stamps.size &&
      known.stamps.ino === stamps.ino
    return Promise.resolve(isProven ? known.content : undefined)
  }

  hold(paths: readonly SharePath[]): Disposable {
    this.held.push(...paths)
    return {
      [Symbol.dispose]: () => {
        this.held = this.held.filter((path) => !paths.includes(path))
      },
    }
  }

  #apply(change: IndexChange): void {
    switch (change.kind) {
      case 'put':
        this.filesByPath.set(change.path, change)
        break
      case 'make':
        this.directories.add(change.path)
        break
      case 'remove':
        for (const path of this.#below(change.path)) this.filesByPath.delete(path)
        break
      case 'move':
        for (const path of this.#below(change.from)) this.#move(path, change)
        break
    }
  }

  #move(path: SharePath, { from, to, stamps }: Extract<IndexChange, { kind: 'move' }>): void {
    const known = this.filesByPath.get(path)
    if (!known) return
    this.filesByPath.delete(path)
    const moved = (to + path.slice(from.length)) as SharePath
    this.filesByPath.set(moved, { ...known, stamps: stamps ?? known.stamps })
  }

  #below(path: SharePath): SharePath[] {
    return [...this.filesByPath.keys()].filter(
      (known) => known === path || known.startsWith(`${path}/`),
    )
  }
}
