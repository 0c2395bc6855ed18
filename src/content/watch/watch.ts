/**
 * Watching a folder: when to scan what.
 *
 * Job: gathering the platform's notices for a moment, scanning the paths that they name, scanning the
 * whole folder now and then, since no platform promises to tell of everything.
 * Non-goals: what has changed (scan), what the node itself writes (index/holds.ts).
 */
import type { Surroundings } from '../../base/base.ts'
import { InterruptedError } from '../../base/errors.ts'
import { Serial } from '../../base/serial.ts'
import type { ScanOptions, ScanReport, SharePath, WatchOptions } from '../content.ts'
import { Holds } from '../index/holds.ts'
import { diskName, joinPath, NameError, sharePathOfRoot } from '../names.ts'
import type { Notices, NoticesListener } from './notices.ts'
import { LinuxNotices } from './watch-linux.ts'
import { watchRecursively } from './watch-recursive.ts'

export interface WatchedFolder {
  /** Absolute. */
  readonly root: string
  readonly holds: Holds
  scan(options: ScanOptions, signal: AbortSignal): Promise<ScanReport>
}

/**
 * Resolves when notices are listened to; what changed before is found by a whole scan that has begun then.
 */
export async function watchFolder(
  folder: WatchedFolder,
  options: WatchOptions,
  surroundings: Pick<Surroundings, 'clock' | 'log'>,
  openNotices: OpenNotices = openPlatformNotices,
): Promise<AsyncDisposable> {
  const watch = new FolderWatch(folder, options, surroundings)
  await watch.start(openNotices)
  return watch
}

export type OpenNotices = (root: string, listener: NoticesListener) => Notices

const openPlatformNotices: OpenNotices = (root, listener) =>
  process.platform === 'linux' ? new LinuxNotices(root, listener) : watchRecursively(root, listener)

class FolderWatch implements AsyncDisposable {
  readonly #folder: WatchedFolder
  readonly #options: WatchOptions
  readonly #surroundings: Pick<Surroundings, 'clock' | 'log'>
  readonly #stop = new AbortController()
  /** Where something has happened and no scan has begun since. */
  readonly #touched = new Set<SharePath>()
  /** Where something came or went, as the disk has it. */
  #renamed = new Set<string>()
  /** What is being scanned is scanned again afterwards, not at the same time. */
  readonly #scanned = new Holds()
  readonly #following = new Serial()
  readonly #timers = new Set<Disposable>()
  readonly #running = new Set<Promise<void>>()
  #notices: Notices | undefined
  #isGathering = false
  #isLimitTold = false

  constructor(
    folder: WatchedFolder,
    options: WatchOptions,
    surroundings: Pick<Surroundings, 'clock' | 'log'>,
  ) {
    this.#folder = folder
    this.#options = options
    this.#surroundings = surroundings
  }

  async start(openNotices: OpenNotices): Promise<void> {
    this.#notices = openNotices(this.#folder.root, {
      onTouched: (diskPath) => this.#touch(diskPath),
      onRenamed: (diskPath) => {
        this.#renamed.add(diskPath)
        this.#touch(diskPath)
      },
      onLimit: (watched) => this.#tellLimit(watched),
    })
    await this.#follow([''])
    this.#run(() => this.#rescan())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#notices?.[Symbol.dispose]()
    for (const timer of this.#timers) timer[Symbol.dispose]()
    await Promise.all(this.#running)
  }

  #touch(diskPath: string): void {
    const path = sharePathOf(diskPath)
    if (path === undefined) return
    this.#touched.add(path)
    this.#gatherLater()
  }

  #gatherLater(): void {
    if (this.#isGathering || this.#touched.size === 0) return
    this.#isGathering = true
    this.#later(gatherMs, async () => {
      this.#isGathering = false
      const paths = this.#takeTouched()
      this.#gatherLater()
      await this.#look(paths)
    })
  }

  /** What is held or being scanned waits for the next time. */
  #takeTouched(): SharePath[] {
    const paths = [...this.#touched].filter(
      (path) => !this.#folder.holds.isHeld(path) && !this.#scanned.isHeld(path),
    )
    for (const path of paths) this.#touched.delete(path)
    return paths
  }

  async #look(paths: readonly SharePath[]): Promise<void> {
    const renamed = this.#renamed
    this.#renamed = new Set()
    if (paths.length > pathsMax) {
      // So many that the system may have had to drop some.
      await this.#follow([''])
      await this.#scan({})
      return
    }
    using _ = this.#scanned.hold(paths)
    await this.#follow(renamed)
    if (paths.length > 0) await this.#scan({ paths })
  }

  async #rescan(): Promise<void> {
    try {
      await this.#follow([''])
      await this.#scan({})
    } finally {
      this.#later(this.#options.rescanEveryMs, () => this.#rescan())
    }
  }

  async #scan(options: ScanOptions): Promise<void> {
    const { left } = await this.#folder.scan(options, this.#stop.signal)
    const changing = left.filter(({ reason }) => reason === 'changing')
    if (changing.length === 0) return
    this.#later(lookAgainMs, async () => {
      for (const { diskPath } of changing) this.#touch(diskPath)
    })
  }

  #follow(diskPaths: Iterable<string>): Promise<void> {
    return this.#following.run(async () => this.#notices?.follow(diskPaths))
  }

  #tellLimit(watched: number): void {
    if (this.#isLimitTold) return
    this.#isLimitTold = true
    this.#surroundings.log.warn(
      'the system lets us watch no more folders: others are looked at less often',
      {
        folder: this.#folder.root,
        watched,
        limit: 'fs.inotify.max_user_watches',
      },
    )
  }

  #later(delayMs: number, task: () => Promise<void>): void {
    if (this.#stop.signal.aborted) return
    const timer = this.#surroundings.clock.after(delayMs, () => {
      this.#timers.delete(timer)
      this.#run(task)
    })
    this.#timers.add(timer)
  }

  #run(task: () => Promise<void>): void {
    const run = task()
      .catch((error: unknown) => {
        if (!(error instanceof InterruptedError)) this.#options.onError(error)
      })
      .finally(() => this.#running.delete(run))
    this.#running.add(run)
  }
}

/** Undefined for a name that can't be in the tree. */
function sharePathOf(diskPath: string): SharePath | undefined {
  if (diskPath === '') return sharePathOfRoot
  try {
    return diskPath.split('/').map(diskName).reduce(joinPath, sharePathOfRoot)
  } catch (error) {
    if (error instanceof NameError) return undefined
    throw error
  }
}

/** Long enough for what a program does in one go, short enough for whoever waits to see it elsewhere. */
const gatherMs = 200

/** A file that was being written is looked at again after this. */
const lookAgainMs = 1_000

/** A quarter of what Linux queues for us (fs.inotify.max_queued_events). */
const pathsMax = 4_096
