import { createWriteStream } from 'node:fs'
import { rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { throwIfInterrupted } from '../../../base/errors.ts'
import { makePrivateFolder } from '../../../base/private-folder.ts'
import type { Random } from '../../../base/random.ts'
import { DavError } from '../errors.ts'

/** A file that has come in whole, and is in no share yet. Disposing it removes it. */
export interface Staged extends AsyncDisposable {
  readonly path: string
  readonly bytes: number
}

/**
 * Where bytes wait until all of them are here: what breaks off changes nothing. Nothing in it outlives a
 * restart.
 */
export class Stages {
  readonly #folder: string
  readonly #random: Random

  private constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
  }

  /** Makes the folder, or empties the one that a dead node left. */
  static async open(folder: string, random: Random): Promise<Stages> {
    await rm(folder, { recursive: true, force: true })
    await makePrivateFolder(folder)
    return new Stages(folder, random)
  }

  /**
   * Keeps all of `bytes`; `announced` is how many there should be, if that was said. Rejects when there is no
   * room for them, when they end early and when `signal` fires.
   */
  async take(
    bytes: AsyncIterable<Uint8Array>,
    announced: number | undefined,
    signal: AbortSignal,
  ): Promise<Staged> {
    const room = await freeBytes(this.#folder)
    if (announced !== undefined && announced > room) {
      throw new DavError(507, 'There is no room on this computer for so large a file.')
    }
    const name = Buffer.from(this.#random.bytes(nameBytes)).toString('hex')
    const path = join(this.#folder, name)
    const remove = () => rm(path, { force: true })
    try {
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: pipeBytes })
      await pipeline(bytes, file, { signal })
      throwIfInterrupted(signal)
      const { size } = await stat(path)
      if (announced !== undefined && size !== announced) {
        throw new DavError(400, 'The file broke off before its end. Nothing was changed.')
      }
      return { path, bytes: size, [Symbol.asyncDispose]: remove }
    } catch (error) {
      await remove()
      throw isNoRoom(error) ? new DavError(507, 'The disk of this computer is full.') : error
    }
  }
}

/** What this user may still write on the disk of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

function isNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}

const nameBytes = 16

/** Fewer, larger writes. */
const pipeBytes = 1024 * 1024
