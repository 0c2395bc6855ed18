import { fstat } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { promisify } from 'node:util'

const statOpen = promisify(fstat)

/** An open file, closed when disposed. */
export interface Handle extends Disposable {
  readonly fd: number
}

interface Kept {
  readonly handle: Handle
  holders: number
}

/** Open files by key, as many as a process may well have; those that were not used for longest are closed. */
export class OpenHandles implements Disposable {
  readonly #byKey = new Map<number, Kept>()

  /** The file, opened by `open` unless it is open. It stays open at least until what this returns is disposed. */
  hold(key: number, open: () => Handle): Handle {
    const kept = this.#byKey.get(key) ?? { handle: open(), holders: 0 }
    this.#byKey.delete(key)
    this.#byKey.set(key, kept)
    kept.holders++
    this.#closeOldest()
    return { fd: kept.handle.fd, [Symbol.dispose]: () => this.#release(key, kept) }
  }

  /** Opens the file anew from the next time on: its name or what is behind it has changed. */
  drop(key: number): void {
    const kept = this.#byKey.get(key)
    this.#byKey.delete(key)
    if (kept?.holders === 0) kept.handle[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#byKey.keys()]) this.drop(key)
  }

  #release(key: number, kept: Kept): void {
    kept.holders--
    if (kept.holders === 0 && this.#byKey.get(key) !== kept) kept.handle[Symbol.dispose]()
  }

  #closeOldest(): void {
    for (const [key, { holders }] of this.#byKey) {
      if (this.#byKey.size <= openMax) return
      if (holders === 0) this.drop(key)
    }
  }
}

/** Changes whenever somebody writes to the file, or puts another in its place. */
export async function stampOf(fd: number): Promise<string> {
  return stampText(await statOpen(fd, { bigint: true }))
}

export function stampText({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`
}

const openMax = 64
