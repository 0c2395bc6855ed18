import { mkdir, realpath, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Surroundings } from '../../base/base.ts'
import { sha256, toHex } from '../../base/bytes.ts'
import type { Folder } from '../content.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import { openFolder } from './folder.ts'

export interface FoldersOptions {
  /** Where the node keeps what it knows of folders, each in a place of its own. */
  readonly state: string
  readonly pool: HashPool
  readonly surroundings: Surroundings
  /** How often a folder that is watched is looked through wholly. */
  readonly rescanEveryMs: number
}

/**
 * The folders of a node that are open: one index, one writer and one journal a folder, however many shares and
 * copies are in it and by whatever name it was called. It is closed with its last user.
 */
export class Folders {
  readonly #options: FoldersOptions
  readonly #openByPath = new Map<string, Open>()

  constructor(options: FoldersOptions) {
    this.#options = options
  }

  /** Dispose it. Rejects with FolderGoneError. */
  async open(path: string): Promise<Folder> {
    const real = await realpath(path).catch(() => path)
    for (let open = this.#openByPath.get(real); open?.closed; open = this.#openByPath.get(real)) {
      // Whoever closed it is told of what went wrong.
      await open.closed.catch(() => {})
    }
    const open = this.#openByPath.get(real) ?? this.#open(real)
    open.users++
    try {
      return this.#lent(await open.folder, real, open)
    } catch (error) {
      open.users--
      this.#openByPath.delete(real)
      throw error
    }
  }

  /** The same; a folder that is not there is made. */
  async openOrMake(path: string): Promise<Folder> {
    await mkdir(path, { recursive: true })
    return this.open(path)
  }

  /** Forgets what is known of a folder that somebody has removed: one of the same name is another one. */
  async forgetIfGone(path: string): Promise<void> {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    if (isThere || this.#openByPath.has(path)) return
    await rm(this.#placeOf(path), { recursive: true, force: true })
  }

  #placeOf(path: string): string {
    return join(this.#options.state, toHex(sha256(Buffer.from(path))).slice(0, 32))
  }

  #open(path: string): Open {
    const { pool, surroundings } = this.#options
    const open: Open = {
      folder: openFolder({ path, pool, state: this.#placeOf(path) }, surroundings),
      users: 0,
      closed: undefined,
    }
    this.#openByPath.set(path, open)
    return open
  }

  async #close(path: string, close: () => PromiseLike<void>): Promise<void> {
    try {
      await close()
    } finally {
      this.#openByPath.delete(path)
    }
  }

  /** What one user gets: disposing it twice lets go once. */
  #lent(folder: Folder, path: string, open: Open): Folder {
    const { rescanEveryMs } = this.#options
    let isHeld = true
    const letGo = async (close: () => PromiseLike<void>): Promise<void> => {
      if (!isHeld) return
      isHeld = false
      if (--open.users > 0) return
      open.closed = this.#close(path, close)
      await open.closed
    }
    return {
      ...folder,
      watch: (options) => folder.watch({ ...options, rescanEveryMs }),
      leave: () => letGo(() => folder.leave()),
      [Symbol.asyncDispose]: () => letGo(() => folder[Symbol.asyncDispose]()),
    }
  }
}

interface Open {
  readonly folder: Promise<Folder>
  users: number
  closed: Promise<void> | undefined
}
