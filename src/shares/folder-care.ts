import type { Surroundings } from '../base/base.ts'
import { InterruptedError, NodeError } from '../base/errors.ts'
import type { Folder } from '../content/content.ts'
import { FolderGoneError, MassDisappearanceError } from '../content/errors.ts'
import type { ShareState } from './shares.ts'

export interface FolderCareParts {
  readonly surroundings: Surroundings
  /** The folder now: an absent one (absent-folder.ts) while it is gone. */
  readonly folder: () => Folder
  /** Opens the folder if it is an absent one. Rejects with FolderGoneError if it still is. */
  readonly reopen: () => Promise<void>
  readonly onState: () => void
}

/**
 * Keeps the index of a shared folder up to date: indexes it, then watches it; when it is gone, or so much
 * of it at once that it looks like an accident, the share pauses and this looks again from time to time.
 *
 *     indexing --scanned--> ready --trouble--> paused --scanned--> ready
 *     indexing --trouble--> paused
 */
export class FolderCare implements AsyncDisposable {
  readonly #parts: FolderCareParts
  readonly #stop = new AbortController()
  #state: ShareState = { kind: 'indexing', progress: { files: 0, bytes: 0, hashedBytes: 0 } }
  #wake = new AbortController()
  #life: Promise<void> = Promise.resolve()

  constructor(parts: FolderCareParts) {
    this.#parts = parts
  }

  state(): ShareState {
    return this.#state
  }

  start(): void {
    this.#life = this.#live()
  }

  /** Takes what has vanished for deleted. Rejects with FolderGoneError when there is no folder at all. */
  async acceptLosses(): Promise<void> {
    await this.#parts.folder().scan({ acceptLosses: true }, this.#stop.signal)
    this.#wake.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#life
  }

  async #live(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const trouble = await this.#careUntilTrouble()
      if (this.#stop.signal.aborted) return
      this.#pause(trouble)
      await this.#rest(trouble)
    }
  }

  /** Resolves with what ended it. */
  async #careUntilTrouble(): Promise<unknown> {
    try {
      await this.#parts.reopen()
      const folder = this.#parts.folder()
      await folder.scan({ onProgress: (progress) => this.#progress(progress) }, this.#stop.signal)
      this.#become({ kind: 'ready' })
      return await this.#watch(folder)
    } catch (error) {
      return error
    }
  }

  async #watch(folder: Folder): Promise<unknown> {
    const trouble = Promise.withResolvers<unknown>()
    const stop = () => trouble.resolve(new InterruptedError())
    this.#stop.signal.addEventListener('abort', stop, { once: true })
    await using _ = await folder.watch({ rescanEveryMs, onError: trouble.resolve })
    if (this.#stop.signal.aborted) stop()
    return await trouble.promise
  }

  #progress(progress: Extract<ShareState, { kind: 'indexing' }>['progress']): void {
    // A share that was paused stays so until all of its folder was seen again.
    if (this.#state.kind === 'indexing') this.#become({ kind: 'indexing', progress })
  }

  #pause(trouble: unknown): void {
    const paused = pausedBy(trouble)
    if (paused) this.#become(paused)
    else this.#parts.surroundings.log.error('looking after a shared folder failed', trouble)
  }

  #become(state: ShareState): void {
    this.#state = state
    this.#parts.onState()
  }

  async #rest(trouble: unknown): Promise<void> {
    this.#wake = new AbortController()
    const isCheap = trouble instanceof FolderGoneError
    const signal = AbortSignal.any([this.#stop.signal, this.#wake.signal])
    try {
      await this.#parts.surroundings.clock.sleep(isCheap ? lookAgainMs : scanAgainMs, signal)
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error
    }
  }
}

/** The state in which a share waits for this trouble to pass; undefined if it is a bug. */
function pausedBy(trouble: unknown): ShareState | undefined {
  if (!(trouble instanceof NodeError) || trouble.kind === 'bug') return undefined
  const isLoss = trouble instanceof MassDisappearanceError
  const reason = isLoss ? 'mass-disappearance' : 'folder-gone'
  return { kind: 'paused', reason, detail: trouble.message }
}

/** In case a notification of the platform got lost. */
const rescanEveryMs = 10 * 60_000

/** Whether a folder is there costs nothing to look; a whole scan does. */
const lookAgainMs = 5_000
const scanAgainMs = 60_000
