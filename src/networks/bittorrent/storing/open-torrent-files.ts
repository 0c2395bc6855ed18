import { readv as readvNow } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { throwIfInterrupted } from '../../../base/errors.ts'
import type { SharePath } from '../../../content/content.ts'
import { ChangedError } from '../../../content/errors.ts'
import { assertSpace } from '../../../content/writing/disk/space.ts'
import type { SwarmId } from '../bittorrent.ts'
import type { PieceLayout, Span } from '../metainfo/piece-layout.ts'
import type { Bitfield } from '../missing/bitfield.ts'
import { fileRuns } from './file-runs.ts'
import type { FileRun } from './file-runs.ts'
import { knownFiles } from './file-states.ts'
import { OpenHandles, stampOf } from './open-handles.ts'
import type { Handle } from './open-handles.ts'
import type { FileSpan } from './piece-job.ts'
import type { PieceMemory } from './piece-memory.ts'
import type { PieceThreads } from './piece-threads.ts'
import { StageFolder } from './stage-folder.ts'
import { openStored, stagedPath } from './stored-file.ts'
import type { StoredFile, StoredPlaces } from './stored-file.ts'
import type { BlockToRead, CheckOf, PieceCheck, ResumeData, TorrentFiles } from './storing.ts'

const readv = promisify(readvNow)

export interface TorrentFilesOptions {
  readonly layout: PieceLayout
  readonly swarm: SwarmId
  /** Absolute path of the folder into which the torrent's folder, or its only file, goes. */
  readonly destination: string
  readonly threads: PieceThreads
  readonly memory: PieceMemory
  readonly resume: ResumeData | undefined
  /** Pieces that were here are gone: a file has changed. */
  readonly onLost: (pieces: readonly number[]) => void
}

/** Makes the destination if it is not there. Rejects with DiskFullError early. */
export async function openTorrentFiles(options: TorrentFilesOptions): Promise<TorrentFiles> {
  const { destination, swarm, layout, resume } = options
  const stage = new StageFolder(destination, swarm)
  await mkdir(destination, { recursive: true })
  const places = { destination, stage: stage.path }
  const files = new StoredTorrent(options, stage, knownFiles(layout, places, resume))
  if (!files.have.isFull) {
    const missing = layout.info.pieceCount - files.have.count - files.unexamined
    assertSpace(destination, Math.max(0, missing) * layout.info.pieceLength)
  }
  return files
}

class StoredTorrent implements TorrentFiles {
  readonly have: Bitfield
  readonly #options: TorrentFilesOptions
  readonly #stage: StageFolder
  readonly #places: StoredPlaces
  readonly #files: ReadonlyMap<number, StoredFile>
  readonly #unexamined: Set<number>
  readonly #handles = new OpenHandles()
  #wanted: ReadonlySet<number> | undefined

  constructor(
    options: TorrentFilesOptions,
    stage: StageFolder,
    known: ReturnType<typeof knownFiles>,
  ) {
    this.#options = options
    this.#stage = stage
    this.#places = { destination: options.destination, stage: stage.path }
    this.#files = known.files
    this.have = known.have
    this.#unexamined = new Set(known.unexamined)
  }

  get unexamined(): number {
    return this.#unexamined.size
  }

  want(files: ReadonlySet<number>): void {
    this.#wanted = files
  }

  take(piece: number): Uint8Array | undefined {
    const { layout, memory } = this.#options
    const bytes = memory.take(layout.pieceBytes(piece), layout.info.pieceLength)
    // What is no file's is zeros, and nobody sends it twice.
    return bytes
  }

  give(bytes: Uint8Array): void {
    this.#options.memory.give(bytes)
  }

  async write(piece: number, bytes: Uint8Array, check: PieceCheck): Promise<boolean> {
    await this.#stage.make()
    const spans = this.#options.layout.spans(piece).filter(({ file }) => this.#isStaged(file.index))
    const held = spans.map((span) => this.#hold(span))
    try {
      const fileSpans = spans.map((span, at) => spanOf(span, held[at]))
      if (!(await this.#options.threads.run('write', bytes, check, fileSpans))) return false
    } finally {
      for (const handle of held) handle[Symbol.dispose]()
    }
    for (const { file } of spans) this.#stored(file.index).isDirty = true
    this.#add(piece)
    return true
  }

  async read(blocks: readonly BlockToRead[]): Promise<void> {
    const runs = fileRuns(this.#options.layout, blocks)
    await Promise.all(runs.map((run) => this.#readRun(run)))
  }

  async examine(
    checkOf: CheckOf,
    onProgress: (pieces: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let done = 0
    const pending = [...this.#unexamined]
    const lanes = Array.from({ length: examineLanes }, async () => {
      for (let piece = pending.shift(); piece !== undefined; piece = pending.shift()) {
        throwIfInterrupted(signal)
        const check = checkOf(piece)
        if (check && (await this.#isRight(piece, check))) this.#add(piece)
        this.#unexamined.delete(piece)
        onProgress(++done)
      }
    })
    await Promise.all(lanes)
    await this.#adoptFound()
  }

  async settle(): Promise<void> {
    for (const stored of this.#files.values()) {
      const isWanted = this.#wanted?.has(stored.file.index) ?? true
      const isWhole = stored.missing === 0 && (stored.file.length > 0 || this.#isAllHere())
      if (stored.state === 'staged' && isWhole && isWanted) await this.#install(stored)
      else if (stored.isDirty) await this.#sync(stored)
    }
    if (this.#isAllHere() && !this.#needsStage()) await this.#stage.remove()
  }

  place(file: number): { path: SharePath; isInstalled: boolean } | undefined {
    const stored = this.#files.get(file)
    return stored && { path: stored.path, isInstalled: stored.state === 'installed' }
  }

  resume(): ResumeData {
    const installed = [...this.#files.values()].flatMap(({ file, path, stamp }) =>
      stamp === undefined ? [] : [{ file: file.index, path, stamp }],
    )
    return { have: Uint8Array.from(this.have.bytes), installed }
  }

  async discard(): Promise<void> {
    this.#handles[Symbol.dispose]()
    await this.#stage.remove()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stored of this.#files.values()) if (stored.isDirty) await this.#sync(stored)
    this.#handles[Symbol.dispose]()
  }

  async #readRun(run: FileRun): Promise<void> {
    const stored = this.#stored(run.file)
    using handle = this.#holdFile(stored)
    if (stored.state === 'installed' && (await stampOf(handle.fd)) !== stored.stamp) {
      throw this.#lose(stored)
    }
    const wanted = run.views.reduce((sum, view) => sum + view.length, 0)
    const { bytesRead } = await readv(handle.fd, run.views, run.position)
    if (bytesRead !== wanted) throw this.#lose(stored)
  }

  /** A file is not what it was: nothing of it is served until it has been looked at again. */
  #lose(stored: StoredFile): ChangedError {
    const { layout, onLost } = this.#options
    const { first, end } = layout.piecesOf(stored.file)
    const lost: number[] = []
    for (let piece = first; piece < end; piece++) {
      if (!this.have.delete(piece)) continue
      lost.push(piece)
      this.#unexamined.add(piece)
      for (const { file } of layout.spans(piece)) this.#stored(file.index).missing++
    }
    if (stored.state === 'installed') stored.state = 'found'
    stored.stamp = undefined
    this.#handles.drop(stored.file.index)
    if (lost.length > 0) onLost(lost)
    return new ChangedError(`"${stored.path}" has changed since it was shared on BitTorrent.`)
  }

  async #isRight(piece: number, check: PieceCheck): Promise<boolean> {
    const { layout, threads } = this.#options
    const held: Handle[] = []
    try {
      const spans = layout.spans(piece).map((span) => {
        const handle = this.#hold(span)
        held.push(handle)
        return spanOf(span, handle)
      })
      return await threads.run('check', layout.pieceBytes(piece), check, spans)
    } catch {
      // A file is not there, or can't be read: then the piece is not here.
      return false
    } finally {
      for (const handle of held) handle[Symbol.dispose]()
    }
  }

  /** Files under their names are ours when all of them is right; else they are somebody's, and stay. */
  async #adoptFound(): Promise<void> {
    for (const stored of this.#files.values()) {
      if (stored.state !== 'found') continue
      if (stored.missing === 0) {
        using handle = this.#holdFile(stored)
        stored.stamp = await stampOf(handle.fd)
        stored.state = 'installed'
      } else {
        this.#lose(stored)
        const { first, end } = this.#options.layout.piecesOf(stored.file)
        for (let piece = first; piece < end; piece++) this.#unexamined.delete(piece)
        stored.state = 'staged'
      }
    }
  }

  #add(piece: number): void {
    if (!this.have.add(piece)) return
    for (const { file } of this.#options.layout.spans(piece)) this.#stored(file.index).missing--
  }

  async #install(stored: StoredFile): Promise<void> {
    const { threads, swarm } = this.#options
    await this.#stage.make()
    this.#holdFile(stored)[Symbol.dispose]()
    const { isExecutable } = stored.file
    const staged = stagedPath(this.#places, stored.file)
    const { destination: root } = this.#places
    stored.path = (await threads.run('install', {
      ...{ root, staged, path: stored.path, tag: swarm, isExecutable },
    })) as SharePath
    stored.state = 'installed'
    stored.isDirty = false
    this.#handles.drop(stored.file.index)
    using handle = this.#holdFile(stored)
    stored.stamp = await stampOf(handle.fd)
  }

  async #sync(stored: StoredFile): Promise<void> {
    stored.isDirty = false
    using handle = this.#holdFile(stored)
    await this.#options.threads.run('sync', handle.fd)
  }

  #isAllHere(): boolean {
    for (const { file, missing } of this.#files.values()) {
      if (missing > 0 && (this.#wanted?.has(file.index) ?? true)) return false
    }
    return true
  }

  /** Whether parts of files that are not wanted belong to pieces that are. */
  #needsStage(): boolean {
    const { layout } = this.#options
    for (const { file, state, missing } of this.#files.values()) {
      const { first, end } = layout.piecesOf(file)
      if (state === 'staged' && missing < end - first) return true
    }
    return false
  }

  #isStaged(file: number): boolean {
    return this.#stored(file).state === 'staged'
  }

  #hold({ file }: Span): Handle {
    return this.#holdFile(this.#stored(file.index))
  }

  #holdFile(stored: StoredFile): Handle {
    return this.#handles.hold(stored.file.index, () => openStored(this.#places, stored))
  }

  #stored(file: number): StoredFile {
    const stored = this.#files.get(file)
    if (!stored) throw new RangeError(`file ${file} has no bytes here`)
    return stored
  }
}

function spanOf({ fileOffset, at, length }: Span, handle: Handle | undefined): FileSpan {
  if (!handle) throw new RangeError('a span without a file')
  return { fd: handle.fd, position: fileOffset, at, length }
}

/** As many as there are threads, and one that waits. */
const examineLanes = 3
