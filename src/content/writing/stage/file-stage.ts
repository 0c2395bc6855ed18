import { close } from 'node:fs'
import { promisify } from 'node:util'
import type { Surroundings } from '../../../base/base.ts'
import { MissingError, throwIfInterrupted } from '../../../base/errors.ts'
import { Serial } from '../../../base/serial.ts'
import { pieceCount } from '../../content-id.ts'
import { pieceBytes } from '../../content.ts'
import type { ContentId, Stage } from '../../content.ts'
import { CorruptError } from '../../errors.ts'
import type { PieceAt } from '../../hashing/hash-job.ts'
import type { HashPool } from '../../hashing/hash-pool.ts'
import { expectedPieceHash, isLayerOf } from '../../hashing/merkle.ts'
import { follow, isEnd } from '../arcs.ts'
import { DiskFailedError } from '../disk/disk-failure.ts'
import { syncBytes } from '../disk/sync-file.ts'
import type { Journal, StageRecord } from '../journal/journal.ts'
import { UnderWay } from '../under-way.ts'
import { stageArcs } from './stage-arcs.ts'
import type { StageEvent, StagePhase } from './stage-arcs.ts'

/** Reads and writes verified pieces of open files, off this thread. */
export type PieceFiles = Pick<HashPool, 'read' | 'write'>

export interface StageHouse {
  readonly journal: Journal
  readonly pieces: PieceFiles
  readonly surroundings: Pick<Surroundings, 'clock' | 'log'>
  /** What the system says when a write fails, as an error of ours. */
  readonly explained: (error: unknown, neededBytes: number) => unknown
  /** Removes the file of a stage. */
  readonly removeFile: (id: string) => Promise<void>
  /** The stage is not open any more. */
  readonly left: (stage: FileStage) => void
}

/**
 * A stage as a file in the node's own place. Its progress is told to the journal only after the disk has
 * it: every 64 MiB or 5 s, whichever comes first, so a crash costs no more than that.
 */
export class FileStage implements Stage {
  readonly id: string
  readonly content: ContentId
  readonly pieces: number
  readonly #file: number
  readonly #house: StageHouse
  readonly #have: Set<number>
  /** The file may not be closed, and its number not be given to another, while a thread still uses it. */
  readonly #inUse = new UnderWay()
  readonly #saving = new Serial()
  #layer: Uint8Array | undefined
  #phase: StagePhase = 'open'
  /** Why it was thrown away, if the disk did not keep it. */
  #lost: Error | undefined
  #unsavedBytes = 0
  #alarm: Disposable | undefined

  constructor(record: StageRecord, file: number, house: StageHouse) {
    this.id = record.id
    this.content = record.content
    this.pieces = pieceCount(record.content.length)
    this.#file = file
    this.#house = house
    this.#have = new Set(record.have)
    this.#layer = record.layer
  }

  get have(): ReadonlySet<number> {
    return this.#have
  }

  get hasLayer(): boolean {
    return this.#layer !== undefined || this.pieces <= 1
  }

  /** Of a content larger than one piece, once it was accepted. */
  get layer(): Uint8Array | undefined {
    return this.#layer
  }

  get isOpen(): boolean {
    return this.#phase === 'open'
  }

  /** What the disk has to take yet, to the piece. */
  get missingBytes(): number {
    return isEnd(stageArcs, this.#phase) ? 0 : (this.pieces - this.#have.size) * pieceBytes
  }

  async acceptLayer(layer: Uint8Array): Promise<void> {
    this.#assertOpen()
    if (this.hasLayer) return
    if (!isLayerOf(this.content, layer)) {
      throw new CorruptError('The piece hashes that came do not lead to the content asked for.')
    }
    this.#layer = Uint8Array.from(layer)
    await this.#house.journal.keepLayer(this.id, this.#layer)
  }

  async write(index: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    this.#assertOpen()
    throwIfInterrupted(signal)
    if (this.#have.has(index)) return
    await this.#inUse.run(() => this.#write(index, bytes))
    if (this.#have.has(index)) return
    this.#have.add(index)
    this.#unsavedBytes += bytes.length
    if (this.#unsavedBytes >= saveAfterBytes) await this.#save()
    else this.#alarm ??= this.#house.surroundings.clock.after(saveAfterMs, () => this.#saveLater())
  }

  async read(index: number, signal: AbortSignal): Promise<Uint8Array> {
    throwIfInterrupted(signal)
    if (isEnd(stageArcs, this.#phase) || !this.#have.has(index)) {
      throw new MissingError(`Piece ${index} is not here yet.`)
    }
    return await this.#inUse.run(() => this.#house.pieces.read(this.#piece(index)))
  }

  async close(): Promise<void> {
    if (this.#phase !== 'open') return
    await this.#save()
    if (this.isOpen) await this.#leave('close')
  }

  async discard(): Promise<void> {
    if (this.#phase !== 'open') return
    await this.#leave('discard')
    await this.#remove()
  }

  /** Puts it on its way: from here on it takes no pieces, and all its bytes are on the disk. */
  async beginInstall(): Promise<void> {
    this.#assertOpen()
    if (this.#have.size < this.pieces) {
      throw new MissingError(
        `Only ${this.#have.size} of ${this.pieces} pieces are here: it can't be put in its place yet.`,
      )
    }
    await this.#save()
    this.#assertOpen()
    this.#enter('install')
  }

  async endInstall(end: 'installed' | 'refused'): Promise<void> {
    if (end === 'refused') this.#enter(end)
    else await this.#leave(end)
  }

  /** The disk did not keep it: `why` is what everybody gets who asks for it from now on. */
  async lose(why: Error): Promise<void> {
    this.#lost = why
    await this.#leave('lose')
    await this.#remove()
  }

  #assertOpen(): void {
    if (this.#phase === 'open') return
    throw this.#lost ?? new MissingError(`This stage is ${this.#phase}: it takes nothing any more.`)
  }

  #enter(event: StageEvent): void {
    this.#phase = follow(stageArcs, this.#phase, event)
  }

  #piece(index: number): PieceAt & { readonly file: number } {
    const { length } = this.content
    const expectedHash = expectedPieceHash(this.content, this.#layer, index)
    return { file: this.#file, index, length, expectedHash }
  }

  async #write(index: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.#house.pieces.write(this.#piece(index), bytes)
    } catch (error) {
      throw this.#house.explained(error, this.missingBytes)
    }
  }

  #saveLater(): void {
    this.#alarm = undefined
    this.#save().catch((error: unknown) =>
      this.#house.surroundings.log.warn('the progress of a stage could not be kept', {
        failure: String(error),
      }),
    )
  }

  /** First the bytes, then what the journal says of them. */
  #save(): Promise<void> {
    return this.#saving.run(async () => {
      const [savedBytes, have] = [this.#unsavedBytes, new Set(this.#have)]
      if (savedBytes === 0 || isEnd(stageArcs, this.#phase)) return
      await this.#sync()
      await this.#house.journal.keepProgress({
        id: this.id,
        content: this.content,
        layer: this.#layer,
        have,
        touchedAtMs: this.#house.surroundings.clock.now(),
      })
      this.#unsavedBytes -= savedBytes
    })
  }

  async #sync(): Promise<void> {
    try {
      await this.#inUse.run(() => syncBytes(this.#file, 'what was received'))
    } catch (error) {
      const isOver = isEnd(stageArcs, this.#phase)
      if (error instanceof DiskFailedError && !isOver) await this.lose(error)
      throw error
    }
  }

  async #leave(event: StageEvent): Promise<void> {
    this.#enter(event)
    this.#alarm?.[Symbol.dispose]()
    await this.#inUse.idle()
    await closeFile(this.#file)
    this.#house.left(this)
  }

  async #remove(): Promise<void> {
    await this.#house.removeFile(this.id)
    await this.#house.journal.settle({ usedStages: [this.id] })
  }
}

const closeFile = promisify(close)

/** What a crash may cost: few bytes to fetch again against few waits for the disk. */
const saveAfterBytes = 64 * 1024 * 1024
const saveAfterMs = 5_000
