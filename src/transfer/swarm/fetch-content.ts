import type { Clock } from '../../base/clock.ts'
import { InterruptedError, errorKind, throwIfInterrupted } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { fraction } from '../../base/random.ts'
import type { Random } from '../../base/random.ts'
import type { Topic } from '../../base/topic.ts'
import { pieceLength } from '../../content/content-id.ts'
import type { Stage } from '../../content/content.ts'
import { CorruptError } from '../../content/errors.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { FileWanted, Source } from '../transfer.ts'
import { chooseRepeat, chooseRun } from './chooser.ts'
import type { Run, SourceView } from './chooser.ts'
import { PieceMap } from './piece-map.ts'
import { SourceDesk, stallMs } from './source-desk.ts'

export interface FetchOptions {
  readonly wanted: FileWanted
  readonly stage: Stage
  /** Who may be asked now; looked at again whenever `sourcesChanged` fires. */
  readonly sources: () => readonly Source[]
  readonly sourcesChanged: Topic<readonly Source[]>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** A source sent wrong bytes. */
  readonly onBlame: (source: Source, error: Error) => void
  /** Verified and written bytes, by the source that brought them. */
  readonly onPiece: (source: Source, index: number, bytes: number) => void
}

/**
 * Brings the missing pieces of one content into its stage, from several sources at once. Resolves when
 * the stage is complete; whatever it rejects with, the pieces that came stay in the stage.
 * Rejects with OfflineError when nobody who is there has what is still missing, and with CorruptError
 * when everybody who has it sends wrong bytes.
 */
export async function fetchContent(options: FetchOptions, signal: AbortSignal): Promise<void> {
  await using fetch = new ContentFetch(options, signal)
  await fetch.layer()
  await fetch.pieces()
}

class ContentFetch {
  readonly #options: FetchOptions
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #map: PieceMap
  readonly #desksById = new Map<string, SourceDesk>()
  readonly #runs = new Set<Promise<void>>()
  readonly #subscriptions = new DisposableStack()
  #wake: () => void = () => {}
  #fatal: Error | undefined
  #changed: Error | undefined

  constructor(options: FetchOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = AbortSignal.any([signal, this.#stop.signal])
    this.#map = new PieceMap(options.stage.pieces, options.stage.have)
    this.#subscriptions.use(options.sourcesChanged.subscribe(() => this.#wake()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#subscriptions.dispose()
    await Promise.allSettled(this.#runs)
  }

  /** The layer proves each piece; whoever has the content has it. */
  async layer(): Promise<void> {
    const { stage, wanted } = this.#options
    while (stage.pieces > 1 && !stage.hasLayer) {
      const desk = this.#desks().find((candidate) => candidate.view() !== undefined)
      if (!desk) await this.#waitForSource()
      else {
        try {
          await stage.acceptLayer(await desk.source.layer(wanted, this.#signal))
        } catch (error) {
          this.#blame(desk, error)
        }
      }
    }
  }

  async pieces(): Promise<void> {
    while (!this.#map.complete) {
      throwIfInterrupted(this.#signal)
      if (this.#fatal !== undefined) throw this.#fatal
      this.#dropStalled()
      this.#startRuns()
      if (this.#runs.size === 0) await this.#waitForSource()
      else await this.#sleep(stallMs / 4)
    }
  }

  #startRuns(): void {
    let started = true
    while (started) {
      started = false
      const candidates = this.#desks().flatMap((desk) => {
        const view = desk.view()
        return view ? [{ desk, view }] : []
      })
      const views = candidates.map(({ view }) => view)
      for (const { desk, view } of candidates) {
        const run =
          chooseRun(view, views, this.#map, fraction(this.#options.random)) ??
          this.#repeat(view, candidates)
        if (!run) continue
        this.#start(desk, run)
        started = true
        break
      }
    }
  }

  #repeat(
    view: SourceView,
    candidates: readonly { desk: SourceDesk; view: SourceView }[],
  ): Run | undefined {
    const owed = candidates.flatMap(({ desk, view: by }) =>
      [...desk.owed].map((index) => ({ index, by })),
    )
    const index = chooseRepeat(view, this.#map, owed)
    return index === undefined ? undefined : { first: index, count: 1 }
  }

  #start(desk: SourceDesk, run: Run): void {
    desk.asked()
    for (let index = run.first; index < run.first + run.count; index++) {
      this.#map.ask(index)
      desk.owed.add(index)
    }
    const task = this.#fetchRun(desk, run)
      .catch((error: unknown) => this.#blame(desk, error))
      .catch((error: unknown) => {
        this.#fatal ??= asError(error)
      })
      .finally(() => {
        for (let index = run.first; index < run.first + run.count; index++)
          this.#settle(desk, index)
        this.#runs.delete(task)
        this.#wake()
      })
    this.#runs.add(task)
  }

  /** Verifying and writing overlap with the next pieces' arrival, a few at a time. */
  async #fetchRun(desk: SourceDesk, run: Run): Promise<void> {
    const { wanted, stage } = this.#options
    const writes = new Set<Promise<void>>()
    let failure: { readonly error: unknown } | undefined
    let index = run.first
    try {
      for await (const bytes of desk.source.pieces({ ...wanted, ...run }, this.#signal)) {
        if (index >= run.first + run.count) throw new CorruptError('More came than was asked for.')
        if (bytes.length !== pieceLength(stage.content.length, index)) {
          throw new CorruptError('A piece of the wrong length came.')
        }
        const write = this.#write(desk, index++, bytes)
          .catch((error: unknown) => {
            failure ??= { error }
          })
          .finally(() => writes.delete(write))
        writes.add(write)
        if (writes.size >= writesMax) await Promise.race(writes)
        if (failure) throw failure.error
      }
    } finally {
      await Promise.all(writes)
    }
    if (failure) throw failure.error
    if (index < run.first + run.count) throw new OfflineError('The source stopped before the end.')
  }

  async #write(desk: SourceDesk, index: number, bytes: Uint8Array): Promise<void> {
    const length = bytes.length
    if (!this.#map.isHere(index)) {
      await this.#options.stage.write(index, bytes, this.#signal)
      if (!this.#map.isHere(index)) {
        this.#map.arrived(index)
        this.#options.onPiece(desk.source, index, length)
      }
    }
    desk.delivered(length)
    this.#settle(desk, index)
    this.#wake()
  }

  #settle(desk: SourceDesk, index: number): void {
    if (desk.owed.delete(index)) this.#map.release(index)
  }

  /** Wrong bytes: never again in this fetch. A failure of ours: the fetch ends. Anything else: a rest. */
  #blame(desk: SourceDesk, error: unknown): void {
    throwIfInterrupted(this.#signal)
    const kind = errorKind(error)
    const data = {
      source: desk.source.id,
      reason: error instanceof Error ? error.message : String(error),
    }
    if (kind === 'full' || kind === 'bug') throw error
    if (kind === 'corrupt') {
      this.#options.log.warn('a source sent wrong bytes', data)
      this.#options.onBlame(desk.source, asError(error))
      desk.ban()
    } else if (kind === 'changed' || kind === 'missing') {
      desk.ban()
    } else {
      desk.failed()
    }
    if (kind === 'changed') this.#changed = asError(error)
  }

  #dropStalled(): void {
    for (const desk of this.#desksById.values()) {
      if (desk.stalledMs() < stallMs) continue
      this.#options.log.info('a source has stalled', { source: desk.source.id })
      for (const index of desk.owed) this.#settle(desk, index)
      desk.failed()
    }
  }

  /** Waits until a resting source may be asked again or a new one comes; rejects when there is no hope of either. */
  async #waitForSource(): Promise<void> {
    const desks = this.#desks()
    const rests = desks
      .filter((desk) => !desk.banned && desk.restMs() > 0)
      .map((desk) => desk.restMs())
    if (rests.length > 0) return this.#sleep(Math.min(...rests))
    if (this.#changed !== undefined) throw this.#changed
    if (desks.length > 0 && desks.every((desk) => desk.banned)) {
      throw new CorruptError('Everyone who has this file sent wrong bytes for it.')
    }
    throw new OfflineError('Nobody who has what is missing can be reached now.')
  }

  /** Desks of the sources there are now, near and fast ones first. */
  #desks(): SourceDesk[] {
    const { wanted, clock } = this.#options
    const desks = this.#options.sources().map((source) => {
      let desk = this.#desksById.get(source.id)
      if (desk?.source !== source) {
        const banned = desk?.banned ?? false
        desk = new SourceDesk(source, wanted.content, clock)
        if (banned) desk.ban()
        this.#desksById.set(source.id, desk)
        this.#subscriptions.use(source.gained.subscribe(() => this.#wake()))
      }
      return desk
    })
    return desks.toSorted(
      (a, b) => Number(b.source.near) - Number(a.source.near) || b.speed - a.speed,
    )
  }

  /** Until something happens, or `delayMs`. */
  async #sleep(delayMs: number): Promise<void> {
    const nap = new AbortController()
    this.#wake = () => nap.abort()
    try {
      await this.#options.clock.sleep(delayMs, AbortSignal.any([this.#signal, nap.signal]))
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
      throwIfInterrupted(this.#signal)
    } finally {
      this.#wake = () => {}
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/** Pieces of one run that may be verified and written at once: 4 MiB of memory. */
const writesMax = 4
