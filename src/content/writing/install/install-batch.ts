import { closeSync, constants, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { equalContent } from '../../content-id.ts'
import { pieceBytes } from '../../content.ts'
import type { ContentId, Installed } from '../../content.ts'
import { ChangedError, CorruptError } from '../../errors.ts'
import { contentOf, leafHashes, pieceHash } from '../../hashing/merkle.ts'
import type { Stamps } from '../../index/index-writer.ts'
import { DiskFailedError, diskFailure } from '../disk/disk-failure.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { stampsOf, statsAt } from '../disk/stamps.ts'
import { syncFile } from '../disk/sync-file.ts'
import type { InstallItem } from '../journal/intent.ts'
import { setAttributes } from './attributes.ts'
import { beginning, isInstalled, step, stepBack } from './installing.ts'
import type { Installing, Proven } from './installing.ts'

/** One file of a batch. With `bytes` it is staged on the way; without, its source is there. */
export interface InstallJob {
  readonly item: InstallItem
  readonly proven?: Proven | undefined
  readonly bytes?: Uint8Array | undefined
}

export interface InstallResult {
  readonly installed: Installed | undefined
  readonly stamps: Stamps | undefined
  readonly failure: unknown
  /** The stage is thrown away, because nobody knows what the disk has of it. */
  readonly stageLost: boolean
  /** What lies in versions because of it, also after a failure. */
  readonly versions: readonly { readonly id: string; readonly bytes: number }[]
}

/**
 * Takes a batch of files to their places, in rounds of one step each, so that one sync serves all: bytes
 * are on the disk before a name leads to them, the old ones in versions before anything is renamed over
 * them, and the new names when it resolves. A file that fails does not keep others from their places.
 */
export async function installBatch(
  jobs: readonly InstallJob[],
  held: HeldDirectories,
  umask: number,
): Promise<InstallResult[]> {
  const full = lackOfSpace(jobs, held)
  const all = jobs.map((job) => new OnItsWay(job, umask, job.bytes && full))
  for (let going = all; going.length > 0; going = going.filter((one) => one.isGoing)) {
    for (let at = 0; at < going.length; at += openMax) {
      await Promise.all(going.slice(at, at + openMax).map((one) => one.prepare(held)))
    }
    if (going.some((one) => one.isReplacing)) held.syncRoom('versions')
    for (const one of going) one.step(held)
  }
  const results = all.map((one) => one.result(held))
  held.sync()
  return results
}

class OnItsWay {
  readonly #job: InstallJob
  readonly #way: Installing
  readonly #umask: number
  /** Of the file that is installed, to know it again. */
  #inode: bigint | undefined
  #steps = 0
  #failure: unknown
  #stageLost = false

  constructor(job: InstallJob, umask: number, failure: unknown) {
    this.#job = job
    this.#failure = failure
    this.#umask = umask
    this.#way = beginning(job.item, job.proven)
    if (job.bytes && !isContent(job.bytes, job.item.content)) {
      this.#failure = new CorruptError(`The bytes for "${job.item.path}" are not those announced.`)
    }
  }

  get isGoing(): boolean {
    return this.#failure === undefined && !isInstalled(this.#way.phase)
  }

  get isReplacing(): boolean {
    return this.isGoing && this.#way.phase === 'replacing'
  }

  /** Before the first deed that needs it: bytes, times and mode of the source, on the disk. */
  async prepare(held: HeldDirectories): Promise<void> {
    const { phase } = this.#way
    if (!this.isGoing || this.#inode !== undefined) return
    if (phase === 'looking' || phase === 'adjusting') return
    try {
      await this.#prepare(held)
    } catch (error) {
      this.#fail(error, held)
    }
  }

  step(held: HeldDirectories): void {
    if (!this.isGoing) return
    try {
      if (++this.#steps > stepsMax) {
        throw new ChangedError(`"${this.#job.item.path}" changes all the time. Try again later.`)
      }
      step(this.#way, held)
    } catch (error) {
      this.#fail(error, held)
    }
  }

  result(held: HeldDirectories): InstallResult {
    const { path, phase, kept } = this.#way
    const versions = kept.map(({ id }) => ({
      id,
      bytes: Number(statsAt(held.own({ room: 'versions', id }))?.size ?? 0n),
    }))
    const rest = { failure: this.#failure, stageLost: this.#stageLost, versions }
    if (!isInstalled(phase)) return { installed: undefined, stamps: undefined, ...rest }
    return { installed: { path, outcome: phase }, stamps: this.#stamps(held), ...rest }
  }

  /** Of what stands there now. If that is another file by now, the next scan has to find it out. */
  #stamps(held: HeldDirectories): Stamps | undefined {
    try {
      const stats = statsAt(held.at(this.#way.path))
      const isOurs = this.#inode === undefined || stats?.ino === this.#inode
      return stats && isOurs ? stampsOf(stats) : undefined
    } catch {
      return undefined
    }
  }

  async #prepare(held: HeldDirectories): Promise<void> {
    const { bytes, item } = this.#job
    const source = held.own(item.source)
    const file = bytes ? openSync(source, 'wx', 0o600) : openSync(source, existing(item))
    try {
      if (bytes) writeAll(file, bytes)
      const own = fstatSync(file, { bigint: true })
      const seen = this.#way.seen?.isFile() ? this.#way.seen : undefined
      // What comes from the bin has a mode of its own; a stage is private until now.
      const old = seen ?? (item.source.room === 'stage' ? undefined : own)
      setAttributes(file, item.attributes, old, this.#umask)
      await syncFile(file, `what was written for "${item.path}"`)
      this.#inode = own.ino
    } finally {
      closeSync(file)
    }
  }

  #fail(error: unknown, held: HeldDirectories): void {
    const { bytes, item } = this.#job
    this.#failure = diskFailure(error, {
      path: item.path,
      neededBytes: item.content.length,
      freeBytes: () => held.freeBytes(),
    })
    stepBack(this.#way, held)
    this.#stageLost = error instanceof DiskFailedError && item.source.room === 'stage'
    if (this.#stageLost || bytes) discard(held.own(item.source))
  }
}

/** Why what is still to be staged won't be, if the disk is too full for it. */
function lackOfSpace(jobs: readonly InstallJob[], held: HeldDirectories): unknown {
  try {
    held.assertSpace(jobs.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0))
    return undefined
  } catch (error) {
    return error
  }
}

function isContent(bytes: Uint8Array, content: ContentId): boolean {
  if (bytes.length > pieceBytes) return false
  return equalContent(contentOf(pieceHash(leafHashes(bytes), bytes.length), bytes.length), content)
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, at)
}

function discard(path: string): void {
  if (statsAt(path)) unlinkSync(path)
}

/** What comes from the bin may be read-only even for us; its times and mode can be set all the same. */
function existing({ source }: InstallItem): number {
  return (source.room === 'stage' ? constants.O_RDWR : constants.O_RDONLY) | constants.O_NOFOLLOW
}

/** Far more than somebody at work on the same file makes it take: a disk that never shows a file twice the same. */
const stepsMax = 60

/** Files open at once. */
const openMax = 64
