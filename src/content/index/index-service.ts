import type { Clock } from '../../base/clock.ts'
import { MalformedError, MissingError } from '../../base/errors.ts'
import type {
  ContentId,
  Entry,
  Name,
  PageHash,
  ScanProgress,
  ScanReport,
  SharePath,
  TreeSummary,
} from '../content.ts'
import { CorruptError } from '../errors.ts'
import { sharePathOfRoot } from '../names.ts'
import { checkMark, encodeMark, markFolder, parseMark } from '../scan/mark.ts'
import type { FolderMark } from '../scan/mark.ts'
import { ScanRuns } from '../scan/scan-runs.ts'
import type { ScanRequest } from '../scan/scan.ts'
import { Commits } from './commits.ts'
import { openIndexDatabase } from './index-database.ts'
import type { IndexChange, Stamps } from './index-writer.ts'
import { KeptPages } from './kept-pages.ts'
import { LocalIndex } from './local-index.ts'
import { equalStamps, stampOfExact } from './stamp.ts'

/** What the thread of an index is told when it starts. */
export interface IndexServiceOptions {
  /** The folder, absolute. */
  readonly folder: string
  /** The file of the index. */
  readonly database: string
  /** Random text, for the marker of a folder that has none. */
  readonly markId: string
  /** The wall's time; later ones come with each purge. */
  readonly nowMs: number
}

interface MarkedFolder {
  readonly root: string
  readonly mark: FolderMark
}

/** What is told without being asked. */
export interface IndexListener {
  changed(summary: TreeSummary): void
  progress(scan: number, progress: ScanProgress): void
}

/** All that can be asked of an index, for the thread that owns it. What is no promise is done when it returns. */
export class IndexService {
  readonly #folder: MarkedFolder
  readonly #index: LocalIndex
  readonly #commits: Commits
  readonly #scans: ScanRuns
  readonly #keptPages: KeptPages

  /** `index` is closed with this. */
  constructor(folder: MarkedFolder, index: LocalIndex, clock: Clock, listener: IndexListener) {
    this.#folder = folder
    this.#index = index
    this.#keptPages = new KeptPages(index.pages)
    this.#commits = new Commits(index, (summary) => listener.changed(summary))
    this.#scans = new ScanRuns(
      { ...folder, index, commits: this.#commits },
      clock,
      (id, progress) => listener.progress(id, progress),
    )
  }

  /** What tells that the folder on disk is the right one. Throws FolderGoneError if it is not. */
  mark(): FolderMark {
    checkMark(this.#folder.root, this.#folder.mark)
    return this.#folder.mark
  }

  /** The folder may be marked anew when the index is opened the next time. It survives a power cut. */
  forgetMark(): void {
    this.#index.forgetMark()
  }

  summary(): TreeSummary {
    return this.#index.summary()
  }

  entry(path: SharePath): Entry | undefined {
    return this.#index.get(path)?.entry
  }

  /** Throws MissingError if there is no such directory. */
  list(path: SharePath, after: Name | undefined, limit: number): Entry[] {
    if (path !== sharePathOfRoot && this.entry(path)?.kind !== 'directory') {
      throw new MissingError(`There is no folder "${path}" here.`)
    }
    return this.#index.list(path, after, limit)
  }

  page(hash: PageHash): Uint8Array | undefined {
    return this.#index.pages.bytes(hash)
  }

  /** Throws CorruptError, and keeps none, if one of them is no page. */
  keepPages(pages: readonly Uint8Array[]): void {
    this.#index.transaction(() => {
      for (const page of pages) this.#keepPage(page)
    })
  }

  keepOnly(trees: readonly PageHash[]): void {
    this.#index.transaction(() => this.#keptPages.keepOnly(trees))
  }

  layer(content: ContentId): Uint8Array | undefined {
    return this.#index.layers.get(content)
  }

  /** Throws CorruptError unless it leads to the root. */
  keepLayer(content: ContentId, layer: Uint8Array): void {
    this.#index.layers.keep(content, layer)
  }

  find(content: ContentId): SharePath | undefined {
    return this.#index.find(content)
  }

  apply(changes: readonly IndexChange[]): void {
    this.#commits.ofWriter(changes)
  }

  proven(path: SharePath, stamps: Stamps): ContentId | undefined {
    const known = this.#index.get(path)
    if (known?.entry.kind !== 'file') return undefined
    return equalStamps(known.stamp, stampOfExact(stamps)) ? known.entry.content : undefined
  }

  /** Drops what has had its time. */
  purge(nowMs: number): void {
    this.#index.purge(nowMs)
  }

  /** Has the index made anew when it is opened the next time. */
  condemn(): void {
    this.#index.condemn()
  }

  /** Cancelled by the id. */
  scan(id: number, request: ScanRequest): Promise<ScanReport> {
    return this.#scans.run(id, request)
  }

  cancel(id: number): void {
    this.#scans.cancel(id)
  }

  /** Ends the scans that are under way. */
  async close(): Promise<void> {
    await this.#scans.close()
    this.#index.close()
  }

  #keepPage(page: Uint8Array): void {
    try {
      this.#index.pages.keep(page)
    } catch (cause) {
      if (!(cause instanceof MalformedError)) throw cause
      throw new CorruptError('A directory page breaks the rules.', { cause })
    }
  }
}

/**
 * Opens the database, and marks a folder that is new to the index.
 * Throws FolderGoneError if that is not there.
 */
export function openIndexService(
  options: IndexServiceOptions,
  clock: Clock,
  listener: IndexListener,
): IndexService {
  const { folder: root, database, markId, nowMs } = options
  const index = new LocalIndex(openIndexDatabase(database), nowMs)
  try {
    const mark = parseMark(index.mark()) ?? markFolder(root, markId)
    index.setMark(encodeMark(mark))
    return new IndexService({ root, mark }, index, clock, listener)
  } catch (error) {
    index.close()
    throw error
  }
}
