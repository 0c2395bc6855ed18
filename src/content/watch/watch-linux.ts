import { watch } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Notices, NoticesListener } from './notices.ts'

/** One watch of the system on one directory, not on those in it. */
export type WatchDirectory = (
  path: string,
  onEvent: (event: string, name: string | null) => void,
) => { close(): void }

/**
 * For Linux, which tells of one directory a watch (inotify): each directory of the folder has one, which
 * comes and goes with it. Why not fs.watch's own recursion: docs/decisions/007-watching.md
 */
export class LinuxNotices implements Notices {
  readonly #root: string
  readonly #listener: NoticesListener
  readonly #watchDirectory: WatchDirectory
  #top: Watched | undefined
  #count = 0
  #isFull = false
  #isClosed = false

  constructor(
    root: string,
    listener: NoticesListener,
    watchDirectory: WatchDirectory = watchByInotify,
  ) {
    this.#root = root
    this.#listener = listener
    this.#watchDirectory = watchDirectory
  }

  async follow(diskPaths: Iterable<string>): Promise<void> {
    this.#isFull = false
    for (const path of diskPaths) await this.#follow(path === '' ? [] : path.split('/'))
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#close(this.#top)
    this.#top = undefined
  }

  async #follow(names: readonly string[]): Promise<void> {
    const [above, name] = [this.#find(names.slice(0, -1)), names.at(-1)]
    if (name === undefined) this.#top = await this.#settle('', this.#top)
    else if (above) await this.#settleBelow(above, name, names.join('/'))
    // What lies below a directory that is not watched is told with that directory.
  }

  async #settleBelow(above: Watched, name: string, path: string): Promise<void> {
    const watched = await this.#settle(path, above.below.get(name))
    if (watched) above.below.set(name, watched)
    else above.below.delete(name)
  }

  /** Makes the watches at and below `path` what they should be, given what they were. */
  async #settle(path: string, was: Watched | undefined): Promise<Watched | undefined> {
    const inode = await this.#inodeOf(path)
    let watched = was
    if (was && was.inode !== inode) {
      this.#close(was)
      watched = undefined
    }
    if (inode === undefined || this.#isClosed) return undefined
    watched ??= this.#open(path, inode)
    if (watched) await this.#settleAllBelow(watched, path)
    // Closed meanwhile, when this one was not yet to be found from the top.
    if (this.#isClosed) this.#close(watched)
    return watched
  }

  async #settleAllBelow(watched: Watched, path: string): Promise<void> {
    const names = new Set(await this.#directoriesIn(path))
    for (const [name, below] of watched.below) {
      if (names.has(name)) continue
      this.#close(below)
      watched.below.delete(name)
    }
    for (const name of names) {
      if (this.#isFull || this.#isClosed) return
      await this.#settleBelow(watched, name, path === '' ? name : `${path}/${name}`)
    }
  }

  #open(path: string, inode: number): Watched | undefined {
    try {
      const system = this.#watchDirectory(join(this.#root, path), (event, name) =>
        this.#hear(path, event, name),
      )
      this.#count++
      return { inode, system, below: new Map<string, Watched>() }
    } catch (error) {
      if (isLimit.has(codeOf(error))) this.#reachLimit()
      else if (!isGone.has(codeOf(error))) throw error
      return undefined
    }
  }

  #reachLimit(): void {
    this.#isFull = true
    this.#listener.onLimit(this.#count)
  }

  #hear(path: string, event: string, name: string | null): void {
    if (name === ownPlace && path === '') return
    // Some systems do not say which name it was.
    if (name === null) return this.#listener.onTouched(path)
    const at = path === '' ? name : `${path}/${name}`
    if (event === 'rename') this.#listener.onRenamed(at)
    else this.#listener.onTouched(at)
  }

  #close(watched: Watched | undefined): void {
    if (!watched) return
    watched.system.close()
    this.#count--
    for (const below of watched.below.values()) this.#close(below)
  }

  #find(names: readonly string[]): Watched | undefined {
    let at = this.#top
    for (const name of names) at = at?.below.get(name)
    return at
  }

  async #inodeOf(path: string): Promise<number | undefined> {
    try {
      const stats = await lstat(join(this.#root, path))
      return stats.isDirectory() ? stats.ino : undefined
    } catch (error) {
      if (isGone.has(codeOf(error))) return undefined
      throw error
    }
  }

  async #directoriesIn(path: string): Promise<string[]> {
    try {
      const entries = await readdir(join(this.#root, path), { withFileTypes: true })
      return entries
        .filter((entry) => entry.isDirectory() && !(path === '' && entry.name === ownPlace))
        .map(({ name }) => name)
    } catch (error) {
      if (isGone.has(codeOf(error))) return []
      throw error
    }
  }
}

interface Watched {
  readonly inode: number
  readonly system: { close(): void }
  /** The directories in it, by name. */
  readonly below: Map<string, Watched>
}

export function watchByInotify(...[path, onEvent]: Parameters<WatchDirectory>): { close(): void } {
  const watcher = watch(path, { persistent: false }, onEvent)
  watcher.on('error', () => onEvent('change', null))
  return watcher
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** No more watches, or no more users of watches. */
const isLimit = new Set(['ENOSPC', 'EMFILE'])

/** Not there, not a directory, or not for us to see. */
const isGone = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM'])

/** The node's own: what happens in it is of no interest. */
const ownPlace = '.fullmesh'
