import { sha256 } from '../../src/base/bytes.ts'
import { Topic } from '../../src/base/topic.ts'
import { parsePageHash, parseRoot } from '../../src/content/content-id.ts'
import type {
  Entry,
  Folder,
  FolderIndex,
  FolderWriter,
  Installed,
  ScanOptions,
  ScanReport,
  SharePath,
  Stage,
  TreeSummary,
  WatchOptions,
} from '../../src/content/content.ts'
import { FolderGoneError, MassDisappearanceError } from '../../src/content/errors.ts'
import { compareNames, nameOf, parseName, parseSharePath } from '../../src/content/names.ts'
import { absentFolder } from '../../src/shares/absent-folder.ts'

/**
 * A folder in memory, for tests of those who look after one: it can go and come back, lose files, and be
 * indexed half. Its files are names with lengths; bytes of them there are none.
 */
export class FakeFolder implements Folder {
  readonly path: string
  readonly changed = new Topic<TreeSummary>()
  readonly index: FolderIndex
  readonly reader = absentFolder('').reader
  readonly bin = absentFolder('').bin
  readonly writer: FolderWriter
  /** On the disk; the index learns of it by a scan. */
  readonly onDisk = new Map<SharePath, number>()
  #indexed = new Map<SharePath, number>()
  isThere = true
  /** What else is wrong with it, when it is scanned. */
  trouble: Error | undefined
  isClosed = false
  scans = 0
  /** Set to hold scans up in the middle, with half of the files indexed; call it to go on. */
  halfWay: Promise<void> | undefined
  #watching: WatchOptions | undefined

  constructor(path: string, files: Readonly<Record<string, number>> = {}) {
    this.path = path
    this.put(files)
    const absent = absentFolder(path)
    this.index = {
      ...absent.index,
      summary: async () => this.#summary(),
      entry: async (at) => this.#entries().find(({ name }) => name === nameOf(at)),
      list: async (_, after, limit) =>
        this.#entries()
          .filter(({ name }) => after === undefined || name > after)
          .slice(0, limit),
    }
    this.writer = {
      ...absent.writer,
      stage: async (content) => ({ content }) as Stage,
      install: async (stage, target) => this.#install(target.path, stage.content.length),
      makeDirectory: async () => {},
      remove: async (at) => {
        this.onDisk.delete(at)
        this.#learn()
      },
    }
  }

  /** Whether somebody watches it. */
  get isWatched(): boolean {
    return this.#watching !== undefined
  }

  /** Changes the disk behind the index's back. */
  put(files: Readonly<Record<string, number>>): void {
    for (const [path, length] of Object.entries(files)) {
      this.onDisk.set(parseSharePath(path), length)
    }
  }

  /** The platform says that something has changed, and whoever watches scans. */
  async notify(): Promise<void> {
    try {
      await this.scan({})
    } catch (error) {
      this.#watching?.onError(error)
    }
  }

  async scan({ acceptLosses, onProgress }: ScanOptions): Promise<ScanReport> {
    this.scans++
    if (!this.isThere) throw new FolderGoneError(`${this.path} is gone`)
    if (this.trouble) throw this.trouble
    const gone = [...this.#indexed.keys()].filter((path) => !this.onDisk.has(path)).length
    if (gone * 4 > this.#indexed.size && !acceptLosses) {
      throw new MassDisappearanceError(gone, this.#indexed.size)
    }
    if (this.halfWay) {
      this.#indexed = new Map([...this.onDisk].slice(0, this.onDisk.size / 2))
      this.changed.publish(this.#summary())
      onProgress?.({ files: this.#indexed.size, bytes: 0, hashedBytes: 0 })
      await this.halfWay
    }
    this.#learn()
    return { summary: this.#summary(), files: this.onDisk.size, bytes: 0, hashedBytes: 0, left: [] }
  }

  async watch(options: WatchOptions): Promise<AsyncDisposable> {
    this.#watching = options
    return {
      [Symbol.asyncDispose]: async () => {
        this.#watching = undefined
      },
    }
  }

  async leave(): Promise<void> {
    await this[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
  }

  #install(path: SharePath, length: number): Installed {
    const outcome = this.onDisk.has(path) ? 'conflict' : 'new'
    const at = outcome === 'new' ? path : parseSharePath(`${path} (conflict)`)
    this.onDisk.set(at, length)
    this.#learn()
    return { path: at, outcome }
  }

  #learn(): void {
    const before = this.#summary()
    this.#indexed = new Map(this.onDisk)
    if (this.#summary().tree !== before.tree) this.changed.publish(this.#summary())
  }

  #summary(): TreeSummary {
    const files = this.#sorted()
    return {
      tree: parsePageHash(sha256(Buffer.from(JSON.stringify(files)))),
      files: files.length,
      bytes: files.reduce((sum, [, length]) => sum + length, 0),
    }
  }

  #sorted(): [SharePath, number][] {
    return [...this.#indexed].toSorted(([a], [b]) => compareNames(a, b))
  }

  #entries(): Entry[] {
    return this.#sorted().map(([path, length]) => ({
      kind: 'file',
      name: parseName(path),
      content: { root: parseRoot(sha256(Buffer.from(path))), length },
      mtimeMs: 0,
      executable: false,
    }))
  }
}
