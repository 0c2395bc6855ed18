import { MissingError, throwIfInterrupted } from '../../src/base/errors.ts'
import { Topic } from '../../src/base/topic.ts'
import { contentKey, equalContent } from '../../src/content/content-id.ts'
import { pieceBytes } from '../../src/content/content.ts'
import type {
  Base,
  Entry,
  Folder,
  FolderIndex,
  FolderReader,
  FolderWriter,
  Installed,
  ScanReport,
  SharePath,
  Stage,
  Target,
  TreeSummary,
} from '../../src/content/content.ts'
import { ChangedError, ConflictError } from '../../src/content/errors.ts'
import { leafHashes } from '../../src/content/hashing/merkle.ts'
import {
  conflictName,
  isWithin,
  joinPath,
  nameOf,
  namesOf,
  parentOf,
  parseSharePath,
} from '../../src/content/names.ts'
import { buildDirectory } from '../../src/content/tree/build.ts'
import { findEntry, listDirectory } from '../../src/content/tree/read.ts'
import { absentFolder } from '../../src/shares/absent-folder.ts'
import { contentOfBytes, layerOfBytes } from './content-of-bytes.ts'
import type { MemoryFiles } from './memory-holding.ts'
import { MemoryStage } from './memory-stage.ts'
import { PageShelf } from './page-shelf.ts'

const { signal: never } = new AbortController()

/**
 * A folder in memory that keeps a true folder's promises about bases, conflicts and stages, so that what
 * stands above can be tried at any moment of a change. Bytes, but no versions or trash.
 */
export class MemoryFolder implements Folder {
  readonly path: string
  readonly changed = new Topic<TreeSummary>()
  readonly bin = absentFolder('').bin
  readonly files = new Map<SharePath, Uint8Array>()
  readonly directories = new Set<SharePath>()
  readonly stages = new Map<string, MemoryStage>()
  /** Called at each step; may throw, as a disk does. */
  onStep: (step: 'write' | 'install') => void = () => {}
  /** Installs wait for this. */
  gate: Promise<void> = Promise.resolve()
  readonly #shelf = new PageShelf()

  constructor(path: string, files: MemoryFiles = {}) {
    this.path = path
    for (const [name, bytes] of Object.entries(files)) {
      this.files.set(parseSharePath(name), Buffer.from(bytes))
    }
  }

  text(path: string): string | undefined {
    const bytes = this.files.get(parseSharePath(path))
    return bytes && Buffer.from(bytes).toString()
  }

  get paths(): string[] {
    return [...this.files.keys()].toSorted()
  }

  readonly index: FolderIndex = {
    ...absentFolder('').index,
    page: (hash, signal) => this.#shelf.page(hash, signal),
    summary: async () => this.#summary(),
    entry: (path) => findEntry(this.#shelf, this.#summary(), path, never),
    list: (path, after, limit) =>
      listDirectory(this.#shelf, this.#summary(), path, { after, limit }, never),
    layer: async (content) => {
      const bytes = [...this.files.values()].find((one) =>
        equalContent(contentOfBytes(one), content),
      )
      return bytes && layerOfBytes(bytes)
    },
  }

  readonly reader: FolderReader = {
    piece: async (path, content, index) => this.#pieceAt(path, content, index),
    leaves: async (path, content, index) => leafHashes(this.#pieceAt(path, content, index)),
    smallFiles: async (wanted) =>
      wanted.map(({ path, content }) => {
        const bytes = this.files.get(path)
        return bytes && equalContent(contentOfBytes(bytes), content) ? bytes : undefined
      }),
  }

  readonly writer: FolderWriter = {
    ...absentFolder('').writer,
    stage: async (content) => {
      const key = contentKey(content)
      const stage = this.stages.get(key) ?? new MemoryStage(content, () => this.onStep('write'))
      this.stages.set(key, stage)
      return stage
    },
    install: (stage, target, signal) => this.#install(stage, target, signal),
    makeDirectory: async (path) => {
      this.directories.add(path)
      this.#publish()
    },
    move: async (from, to) => this.#move(from, to),
    remove: async (path, base) => {
      this.#checkBase(path, base)
      this.#take(path)
      this.#publish()
    },
  }

  async scan(): Promise<ScanReport> {
    const summary = this.#summary()
    this.changed.publish(summary)
    return { summary, files: summary.files, bytes: summary.bytes, hashedBytes: 0, left: [] }
  }

  async watch(): Promise<AsyncDisposable> {
    return { [Symbol.asyncDispose]: async () => {} }
  }

  async leave(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}

  async #install(stage: Stage, target: Target, signal: AbortSignal): Promise<Installed> {
    await this.gate
    throwIfInterrupted(signal)
    this.onStep('install')
    const { content } = stage
    const { bytes } = this.stages.get(contentKey(content)) ?? { bytes: new Uint8Array() }
    this.stages.delete(contentKey(content))
    const there = this.files.get(target.path)
    if (there && equalContent(contentOfBytes(there), content)) {
      return { path: target.path, outcome: 'unchanged' }
    }
    const isAsBelieved = this.#isBase(target.path, target.base)
    const path = isAsBelieved ? target.path : conflictPath(target.path, content)
    this.files.set(path, bytes)
    this.#publish()
    if (!isAsBelieved) return { path, outcome: 'conflict' }
    return { path, outcome: there ? 'replaced' : 'new' }
  }

  #move(from: SharePath, to: SharePath): void {
    if (this.#exists(to)) throw new ConflictError(`Something stands at "${to}".`)
    for (const [path, bytes] of this.#take(from)) {
      this.files.set(parseSharePath(to + path.slice(from.length)), bytes)
    }
    this.#publish()
  }

  /** Takes away what stands at `path` and below. */
  #take(path: SharePath): [SharePath, Uint8Array][] {
    if (!this.#exists(path)) throw new MissingError(`There is no "${path}".`)
    const taken = [...this.files].filter(([one]) => isWithin(one, path))
    for (const [one] of taken) this.files.delete(one)
    this.directories.delete(path)
    return taken
  }

  #exists(path: SharePath): boolean {
    return this.directories.has(path) || [...this.files.keys()].some((one) => isWithin(one, path))
  }

  #isBase(path: SharePath, base: Base): boolean {
    const there = this.files.get(path)
    if (base === 'any') return true
    if (base === 'absent' || !there) return base === 'absent' && !there
    return equalContent(contentOfBytes(there), base)
  }

  #checkBase(path: SharePath, base: Base): void {
    if (this.files.has(path) && !this.#isBase(path, base)) {
      throw new ConflictError(`"${path}" is another file by now.`)
    }
  }

  #pieceAt(path: SharePath, content: Stage['content'], index: number): Uint8Array {
    const bytes = this.files.get(path)
    if (!bytes) throw new MissingError(`There is no "${path}".`)
    if (!equalContent(contentOfBytes(bytes), content)) throw new ChangedError(`"${path}" changed.`)
    return bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
  }

  #publish(): void {
    this.changed.publish(this.#summary())
  }

  #summary(): TreeSummary {
    return this.#plant(parseSharePath(''))
  }

  #plant(directory: SharePath): TreeSummary {
    const depth = namesOf(directory).length
    const inside = [...this.files.keys(), ...this.directories].filter(
      (path) => path !== directory && isWithin(path, directory),
    )
    const names = new Set(
      inside.map((path) => namesOf(path)[depth]).filter((name) => name !== undefined),
    )
    const entries = [...names].map((name): Entry => {
      const path = joinPath(directory, name)
      const bytes = this.files.get(path)
      if (!bytes) return { kind: 'directory', name, summary: this.#plant(path) }
      const content = contentOfBytes(bytes)
      return { kind: 'file', name, content, mtimeMs: 1_000, executable: false }
    })
    const { summary, pages } = buildDirectory(entries)
    this.#shelf.put(pages)
    return summary
  }
}

function conflictPath(path: SharePath, content: Stage['content']): SharePath {
  return joinPath(parentOf(path), conflictName(nameOf(path), content))
}
