import type { Surroundings } from '../../base/base.ts'
import { errorKind } from '../../base/errors.ts'
import { MissingError } from '../../base/errors.ts'
import { contentKey } from '../../content/content-id.ts'
import type {
  ContentId,
  FileEntry,
  Folder,
  Installed,
  SharePath,
  Stage,
  Target,
} from '../../content/content.ts'
import { CorruptError } from '../../content/errors.ts'
import { fetchContent } from '../swarm/fetch-content.ts'
import { BatchDesk } from '../swarm/fetch-small.ts'
import type { RemoteShare, Source } from '../transfer.ts'
import { Lanes } from './lanes.ts'
import type { Progress } from './progress.ts'
import type { Stages } from './stages.ts'

/** A file to bring: where it is in the share, and where it goes here. */
export interface Wanted {
  readonly remotePath: SharePath
  readonly entry: FileEntry
  readonly target: Target
}

export interface PullOptions {
  readonly folder: Folder
  readonly remote: RemoteShare
  readonly surroundings: Surroundings
  readonly progress: Progress
  readonly stages: Stages
  /** One file is here, or it is not and why; a failure that concerns all files rejects instead. */
  readonly onDone: (wanted: Wanted, result: Installed | Error) => void
  readonly signal: AbortSignal
}

/**
 * Brings files: small ones many at a time, large ones piece by piece from several sources. Errors that
 * concern one file are told to `onDone`; those that concern all (nobody there, disk full, interrupted)
 * reject from `add` or `finish`.
 */
export class Puller implements AsyncDisposable {
  readonly #options: PullOptions
  readonly #desk: BatchDesk
  readonly #lanes = new Lanes(lanesMax)
  #batch: Wanted[] = []
  #batchBytes = 0

  constructor(options: PullOptions) {
    this.#options = options
    this.#desk = new BatchDesk(() => options.remote.sources())
  }

  /** Resolves when there is room for the next. */
  async add(wanted: Wanted): Promise<void> {
    const { length } = wanted.entry.content
    if (length > smallFileBytesMax)
      return this.#lanes.add(() => this.#each(wanted, this.#large(wanted)))
    this.#batch.push(wanted)
    this.#batchBytes += length
    if (this.#batch.length >= batchFilesMax || this.#batchBytes >= batchBytesMax)
      await this.#flush()
  }

  async finish(): Promise<void> {
    await this.#flush()
    await this.#lanes.finish()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lanes.settled()
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    if (batch.length > 0) await this.#lanes.add(() => this.#small(batch))
  }

  async #small(batch: readonly Wanted[]): Promise<void> {
    let open = batch
    while (open.length > 0) open = await this.#smallOnce(open)
  }

  /** Returns the files for which wrong bytes came: they are asked for again, elsewhere. */
  async #smallOnce(batch: readonly Wanted[]): Promise<Wanted[]> {
    const { folder, progress, remote, signal } = this.#options
    const empty = batch.every(({ entry }) => entry.content.length === 0)
    const arrived = empty ? [] : await this.#desk.fetch(batch.map(asked), signal)
    const files = batch.flatMap((wanted, at) => {
      const file = wanted.entry.content.length === 0 ? noBytes : arrived[at]
      if (file) return [{ wanted, ...file }]
      this.#options.onDone(wanted, new MissingError('Nobody who is there now has it.'))
      return []
    })
    const results = await folder.writer.installSmall(
      files.map(({ wanted, bytes }) => ({
        target: wanted.target,
        content: wanted.entry.content,
        bytes,
      })),
      signal,
    )
    const again: Wanted[] = []
    for (const [at, { wanted, bytes, source }] of files.entries()) {
      const result = results[at] ?? new Error('the writer gave no result')
      if (result instanceof CorruptError && source) {
        this.#desk.ban(source)
        remote.blame(source, result)
        again.push(wanted)
        continue
      }
      if (concernsAll(result)) throw result
      if (!(result instanceof Error) && source) progress.arrived(source.id, bytes.length)
      this.#options.onDone(wanted, result)
    }
    return again
  }

  /** One after another for one content: the second place is filled from the first. */
  #large(wanted: Wanted): Promise<Installed> {
    const { content } = wanted.entry
    return this.#options.stages.once(
      contentKey(content),
      async () => (await this.#fromTwin(wanted)) ?? (await this.#fetch(wanted, content)),
    )
  }

  /** The content may stand here already, under another name: then it is not moved again. */
  async #fromTwin({ entry: { content }, target }: Wanted): Promise<Installed | undefined> {
    const { folder, progress, signal } = this.#options
    const twin = await folder.index.find(content)
    if (twin === undefined || twin === target.path) return undefined
    try {
      const installed = await folder.writer.duplicate(twin, content, target, signal)
      progress.found(content.length)
      return installed
    } catch (error) {
      if (concernsAll(error)) throw error
      return undefined
    }
  }

  async #fetch(wanted: Wanted, content: ContentId): Promise<Installed> {
    const { folder, stages, signal } = this.#options
    const stage = await folder.writer.stage(content, signal)
    using _ = stages.show(stage)
    try {
      await this.#pieces(wanted, stage)
      return await folder.writer.install(stage, wanted.target, signal)
    } catch (error) {
      await stage.close()
      throw error
    }
  }

  async #pieces(wanted: Wanted, stage: Stage): Promise<void> {
    const { remote, surroundings, progress, stages, signal } = this.#options
    await fetchContent(
      {
        wanted: asked(wanted),
        stage,
        sources: () => remote.sources(),
        sourcesChanged: remote.sourcesChanged,
        clock: surroundings.clock,
        random: surroundings.random,
        log: surroundings.log,
        onBlame: (source: Source, error: Error) => remote.blame(source, error),
        onPiece: (source, index, bytes) => {
          progress.arrived(source.id, bytes)
          stages.gained(stage.content, index)
        },
      },
      signal,
    )
  }

  async #each(wanted: Wanted, bringing: Promise<Installed>): Promise<void> {
    try {
      this.#options.onDone(wanted, await bringing)
    } catch (error) {
      if (concernsAll(error)) throw error
      this.#options.onDone(wanted, error instanceof Error ? error : new Error(String(error)))
    }
  }
}

function asked({ remotePath, entry }: Wanted): {
  readonly path: SharePath
  readonly content: ContentId
} {
  return { path: remotePath, content: entry.content }
}

/** Going on with the next file would fail in the same way. */
function concernsAll(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  return (['offline', 'full', 'interrupted', 'bug'] as const).some(
    (kind) => kind === errorKind(error),
  )
}

const noBytes = { bytes: new Uint8Array(0), source: undefined }

/** Smaller files travel in batches: their cost is the round trip and the sync, not the bytes. */
const smallFileBytesMax = 256 * 1024
/** Below the wire's limits of 1,024 files and 8 MiB. */
const batchFilesMax = 512
const batchBytesMax = 4 * 1024 * 1024
/** Batches and large files under way at once: one being written, one on its way, one being asked for. */
const lanesMax = 4
