/**
 * The index of a folder: what this node knows of it without looking at the disk.
 *
 * Job: keeping the directory pages of the folder's tree with the stamps that prove them fresh, in one
 * SQLite file and a thread of its own, in which the folder is scanned too; pages and layers of other
 * nodes' trees beside them.
 * Non-goals: anything that can't be rebuilt from the disk, what peers may see of it, when to scan.
 */
import type { Surroundings } from '../../base/base.ts'
import { toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { InterruptedError, MissingError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { Topic } from '../../base/topic.ts'
import type {
  ContentId,
  Entry,
  FolderIndex,
  Name,
  PageHash,
  ScanOptions,
  ScanReport,
  SharePath,
  TreeSummary,
} from '../content.ts'
import type { FolderMark } from '../scan/mark.ts'
import { Holds } from './holds.ts'
import type { IndexChange, IndexWriter, Stamps } from './index-writer.ts'
import { ThreadClient } from './thread-client.ts'

export interface FolderIndexOptions {
  /** The folder, absolute. */
  readonly folder: string
  /** The file of the index, in a directory that exists. */
  readonly database: string
}

/** Opens or begins the index. Rejects with FolderGoneError if the folder is new to it and not there. */
export async function openFolderIndex(
  options: FolderIndexOptions,
  { clock, log, random }: Pick<Surroundings, 'clock' | 'log' | 'random'>,
): Promise<ThreadedIndex> {
  const changed = new Topic<TreeSummary>()
  const markId = toHex(random.bytes(16))
  const nowMs = clock.now()
  const thread = new ThreadClient({ ...options, markId, nowMs }, (summary) =>
    changed.publish(summary),
  )
  try {
    await thread.open()
  } catch (error) {
    await thread.close()
    throw error
  }
  return new ThreadedIndex(thread, changed, clock, log)
}

/** The index as the rest of the folder sees it; all work is done in its thread. */
export class ThreadedIndex implements FolderIndex, IndexWriter, AsyncDisposable {
  /** A new tree, once per committed batch. */
  readonly changed: Topic<TreeSummary>
  readonly holds = new Holds()
  readonly #thread: ThreadClient
  readonly #clock: Clock
  readonly #log: Log
  #purging: Disposable
  #isClosed = false

  constructor(thread: ThreadClient, changed: Topic<TreeSummary>, clock: Clock, log: Log) {
    this.changed = changed
    this.#thread = thread
    this.#clock = clock
    this.#log = log
    this.#purging = this.#purgeLater()
  }

  /** What tells that the folder on disk is the right one. Rejects with FolderGoneError if it is not. */
  mark(): Promise<FolderMark> {
    return this.#thread.ask('mark')
  }

  /** The folder may be marked anew when it is opened the next time. Resolves when that survives a power cut. */
  forgetMark(): Promise<void> {
    return this.#thread.ask('forgetMark')
  }

  summary(): Promise<TreeSummary> {
    return this.#thread.ask('summary')
  }

  entry(path: SharePath): Promise<Entry | undefined> {
    return this.#thread.ask('entry', path)
  }

  list(path: SharePath, after: Name | undefined, limit: number): Promise<Entry[]> {
    return this.#thread.ask('list', path, after, Math.min(limit, listMax))
  }

  async page(hash: PageHash, signal: AbortSignal): Promise<Uint8Array> {
    if (signal.aborted) throw new InterruptedError(signal.reason)
    const page = await this.#thread.ask('page', hash)
    if (page) return page
    throw new MissingError('This page of a folder is not here (any more).')
  }

  keepPages(pages: readonly Uint8Array[]): Promise<void> {
    return this.#thread.ask('keepPages', pages)
  }

  keepOnly(trees: readonly PageHash[]): Promise<void> {
    return this.#thread.ask('keepOnly', trees)
  }

  layer(content: ContentId): Promise<Uint8Array | undefined> {
    return this.#thread.ask('layer', content)
  }

  keepLayer(content: ContentId, layer: Uint8Array): Promise<void> {
    return this.#thread.ask('keepLayer', content, layer)
  }

  find(content: ContentId): Promise<SharePath | undefined> {
    return this.#thread.ask('find', content)
  }

  apply(changes: readonly IndexChange[]): Promise<void> {
    return this.#thread.ask('apply', changes)
  }

  proven(path: SharePath, stamps: Stamps): Promise<ContentId | undefined> {
    return this.#thread.ask('proven', path, stamps)
  }

  hold(paths: readonly SharePath[]): Disposable {
    return this.holds.hold(paths)
  }

  /** As Folder.scan. Several at once take turns. */
  scan(options: ScanOptions, signal: AbortSignal): Promise<ScanReport> {
    const { paths, acceptLosses = false, onProgress } = options
    const request = { paths, acceptLosses, nowMs: this.#clock.now() }
    return this.#thread.scan(request, onProgress, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#purging[Symbol.dispose]()
    await this.#thread.close()
  }

  #purgeLater(): Disposable {
    return this.#clock.after(purgeEveryMs, () => void this.#purge())
  }

  async #purge(): Promise<void> {
    try {
      await this.#thread.ask('purge', this.#clock.now())
    } catch (error) {
      this.#log.error('old pages of an index stay', error)
    }
    if (!this.#isClosed) this.#purging = this.#purgeLater()
  }
}

/** What a page of a listing may have, whoever asks. */
const listMax = 1_000

/** Small beside the minutes for which pages stay. */
const purgeEveryMs = 60_000
