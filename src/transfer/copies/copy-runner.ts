import { errorKind, errorKinds } from '../../base/errors.ts'
import { Serial } from '../../base/serial.ts'
import type { Copy, CopyState, Holding } from '../transfer.ts'
import { Bell } from './bell.ts'
import { folderOf, openCopyPlace } from './copy-place.ts'
import type { CopyPlace } from './copy-place.ts'
import { runSession } from './copy-session.ts'
import type { CopyRecord } from './copy-store.ts'
import type { CopyWorld } from './copy-world.ts'
import { Progress } from './progress.ts'

type Phase =
  | { readonly kind: 'copying' | 'done' | 'following' | 'paused' }
  | { readonly kind: 'waiting'; readonly detail: string }
  | { readonly kind: 'failed'; readonly error: Error }

/**
 * The life of one copy. It goes on by itself after whatever can pass (nobody there, too busy) and stops
 * with `failed` at what a person has to decide (access withdrawn, disk full, folder gone).
 */
export class CopyRunner implements Copy, AsyncDisposable {
  readonly #world: CopyWorld
  readonly #onChange: (copy: Copy) => void
  readonly #progress: Progress
  readonly #switching = new Serial()
  #record: CopyRecord
  #phase: Phase = { kind: 'copying' }
  #stop: AbortController | undefined
  #running: Promise<void> = Promise.resolve()
  #place: CopyPlace | undefined
  #notice: Disposable | undefined

  constructor(world: CopyWorld, record: CopyRecord, onChange: (copy: Copy) => void) {
    this.#world = world
    this.#record = record
    this.#onChange = onChange
    this.#progress = new Progress(world.surroundings.clock, record.progress)
    if (record.phase !== 'active') this.#phase = { kind: record.phase }
  }

  get id() {
    return this.#record.id
  }

  get share() {
    return this.#record.share
  }

  get source() {
    return this.#record.source
  }

  get destination() {
    return this.#record.destination
  }

  get mode() {
    return this.#record.mode
  }

  get seed() {
    return this.#record.seed
  }

  /** The folder that it is written into. */
  get folderPath(): string {
    return folderOf(this.#record)
  }

  get holding(): Holding | undefined {
    return this.#place?.holding
  }

  state(): CopyState {
    return { ...this.#progress.snapshot(), ...this.#phase }
  }

  /** Begins, or goes on where it stopped. */
  resume(): Promise<void> {
    return this.#switching.run(async () => {
      if (this.#stop && this.#phase.kind !== 'failed') return
      await this.#begin()
    })
  }

  /** The same, and one that is done looks whether all of it is still here. */
  again(): Promise<void> {
    return this.#switching.run(async () => {
      if (this.#record.phase !== 'done' && this.#stop && this.#phase.kind !== 'failed') return
      if (this.#record.phase === 'done') await this.#keep({ ...this.#record, phase: 'active' })
      await this.#begin()
    })
  }

  pause(): Promise<void> {
    return this.#switching.run(async () => {
      await this.#halt()
      await this.#keep({ ...this.#record, phase: 'paused' })
      this.#enter({ kind: 'paused' })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#switching.run(() => this.#halt())
    this.#notice?.[Symbol.dispose]()
  }

  async #begin(): Promise<void> {
    await this.#halt()
    if (this.#record.phase === 'paused') await this.#keep({ ...this.#record, phase: 'active' })
    // Whoever looks at once is not to see how it ended the last time.
    if (this.#record.phase === 'active') this.#enter({ kind: 'copying' })
    const stop = new AbortController()
    this.#stop = stop
    this.#running = this.#run(stop.signal)
  }

  async #halt(): Promise<void> {
    this.#stop?.abort()
    this.#stop = undefined
    await this.#running
  }

  /** Never rejects: what stops a copy is its state. */
  async #run(signal: AbortSignal): Promise<void> {
    try {
      const known = this.#world.remoteShares.known().find(({ id }) => id === this.share)
      if (!known) throw new Error('a copy of a share that is not known')
      await using place = await openCopyPlace(this.#world, this.#record, known, signal)
      this.#place = place
      await this.#sessions(place, signal)
      await this.#leave(place)
      this.#enter({ kind: 'done' })
    } catch (error) {
      if (signal.aborted) return
      this.#world.surroundings.log.error('a copy has stopped', error, { copy: this.id })
      this.#enter({
        kind: 'failed',
        error: error instanceof Error ? error : new Error(String(error)),
      })
    } finally {
      this.#place = undefined
    }
  }

  /** All is here: what can't be cleared away is no failure. */
  async #leave(place: CopyPlace): Promise<void> {
    try {
      await place.leave()
    } catch (error) {
      const { log } = this.#world.surroundings
      log.warn('something of ours stays in a folder', { copy: this.id, reason: String(error) })
    }
  }

  /** One after another, with a pause between those that failed for now. */
  async #sessions(place: CopyPlace, signal: AbortSignal): Promise<void> {
    const { mesh, remoteShares, surroundings } = this.#world
    const bell = new Bell()
    using subscriptions = new DisposableStack()
    subscriptions.use(mesh.linked.subscribe(bell.ring))
    subscriptions.use(mesh.discovery.changed.subscribe(bell.ring))
    for (let failures = 0; ; failures++) {
      try {
        await using remote = await remoteShares.open(this.share, {}, signal)
        failures = 0
        return await runSession(
          {
            world: this.#world,
            place,
            remote,
            progress: this.#progress,
            record: () => this.#record,
            keep: (record) => this.#keep(record),
            onState: (kind) => this.#enter({ kind }),
          },
          signal,
        )
      } catch (error) {
        if (signal.aborted || !(error instanceof Error) || !passes(error)) throw error
        if (this.#record.phase !== 'done') this.#enter({ kind: 'waiting', detail: error.message })
        const hasRung = await bell.rings(surroundings.clock, pauseMs(failures), signal)
        // Whoever has just come is perhaps not ready yet, and is not to be waited for as long as one who was away.
        if (hasRung) failures = -1
        // A link that has just come up needs a moment before it is of use, and several come at once.
        await surroundings.clock.sleep(settleMs, signal)
      }
    }
  }

  async #keep(record: CopyRecord): Promise<void> {
    this.#record = { ...record, progress: this.#progress.kept() }
    await this.#world.store.put(this.#record)
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#onChange(this)
    if (phase.kind === 'copying') this.#tick()
  }

  /** While it copies, whoever looks sees it move. */
  #tick(): void {
    this.#notice?.[Symbol.dispose]()
    this.#notice = this.#world.surroundings.clock.after(tickMs, () => {
      if (this.#phase.kind !== 'copying' || !this.#stop) return
      this.#onChange(this)
      this.#tick()
    })
  }
}

function passes(error: Error): boolean {
  return errorKinds[errorKind(error)].retry !== 'never'
}

function pauseMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(failures, 10))
}

/** At most 4 times a second, as promised in transfer.ts. */
const tickMs = 250
const settleMs = 50
