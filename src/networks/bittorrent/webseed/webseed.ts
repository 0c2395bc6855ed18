/**
 * Web seeds (BEP 19): plain HTTP servers that have a torrent's files.
 *
 * Job: reading any stretch of a torrent from such a server, across its files; leaving it alone for a while
 * when it fails, and for good when it lies. Non-goals: verifying (whoever asks has the hashes), which
 * stretches (asking/), FTP, BEP 17.
 */
import type { Surroundings } from '../../../base/base.ts'
import { NodeError, throwIfInterrupted } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import type { AddressOrigin } from '../../../mesh/mesh.ts'
import type { Lookup } from '../../../mesh/reach/resolve.ts'
import { RangedGet } from './ranged-get.ts'
import { WebSeedError } from './seed-error.ts'
import { fileUrl } from './seed-url.ts'

/** A file of the torrent, in the order of its bytes. */
export interface SeedFile {
  readonly path: readonly string[]
  readonly lengthBytes: number
  /** Zeros that fill up a piece (BEP 47): no server has it. */
  readonly isPad: boolean
}

export interface WebSeedOptions {
  /** Out of the torrent or magnet link: not yet checked. */
  readonly url: string
  readonly torrentName: string
  readonly files: readonly SeedFile[]
  /** A torrent of one file that has no folder of its own. */
  readonly isSingleFile: boolean
  readonly surroundings: Surroundings
  readonly lookUp: Lookup
  readonly origin: AddressOrigin
}

/** `resting` until it is asked again; `dropped` for good. */
export type WebSeedState = 'ready' | 'resting' | 'dropped'

/** Throws MalformedError for a URL that is none. Dispose it to close its connections. */
export function openWebSeed(options: WebSeedOptions): WebSeed {
  return new WebSeed(options)
}

interface Stretch {
  readonly file: SeedFile
  readonly url: URL | undefined
  /** Of the file's first byte in the torrent. */
  readonly start: number
}

export class WebSeed implements Disposable {
  /** For people, logs and blame. */
  readonly url: string
  readonly #options: WebSeedOptions
  readonly #stretches: readonly Stretch[]
  readonly #get: RangedGet
  #failures = 0
  #restsUntilMs = 0
  #isDropped = false

  constructor(options: WebSeedOptions) {
    const { url, torrentName, files, isSingleFile } = options
    this.url = url
    this.#options = options
    this.#get = new RangedGet(options)
    let start = 0
    this.#stretches = files.map((file) => {
      const at = start
      start += file.lengthBytes
      const isThere = !file.isPad && file.lengthBytes > 0
      return {
        file,
        start: at,
        url: isThere ? fileUrl(url, torrentName, file.path, isSingleFile) : undefined,
      }
    })
  }

  get state(): WebSeedState {
    if (this.#isDropped) return 'dropped'
    return this.#options.surroundings.clock.elapsed() < this.#restsUntilMs ? 'resting' : 'ready'
  }

  /**
   * The bytes of the torrent from `offset` on, not verified. At most 16 MiB at once. Rejects with
   * WebSeedError, OfflineError, ForbiddenAddressError or InterruptedError, and rests after the first three.
   */
  async read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array> {
    if (length > readBytesMax) throw new RangeError(`${length} bytes are too many at once`)
    if (this.state !== 'ready') throw new OfflineError('The web seed is left alone for now.')
    const { pace, clock } = this.#options.surroundings
    const peer = new URL(this.url).hostname
    const label = { peer, network: 'bittorrent', purpose: 'payload', direction: 'in' } as const
    await pace.take(label, length, signal)
    // Pads stay the zeros that they are.
    const target = new Uint8Array(length)
    try {
      for (const { file, url, start } of this.#stretches) {
        const from = Math.max(offset, start)
        const end = Math.min(offset + length, start + file.lengthBytes)
        if (from >= end || !url) continue
        const span = { from: from - start, length: end - from, fileLength: file.lengthBytes }
        await this.#get.read(url, span, target.subarray(from - offset, end - offset), signal)
      }
    } catch (error) {
      throwIfInterrupted(signal)
      if (error instanceof NodeError) this.#rest(clock.elapsed(), error)
      throw error
    }
    this.#failures = 0
    return target
  }

  /** What it sent was wrong: it is never asked again. */
  lied(): void {
    this.#isDropped = true
    this.#get[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.#get[Symbol.dispose]()
  }

  #rest(nowMs: number, error: NodeError): void {
    this.#failures += 1
    const asked = error instanceof WebSeedError ? error.retryAfterMs : undefined
    const usualMs = restMs * 2 ** (this.#failures - 1)
    this.#restsUntilMs = nowMs + Math.min(Math.max(asked ?? 0, usualMs), restMaxMs)
    // An address that we may not go to will not become another one.
    if (error.kind === 'denied') this.#isDropped = true
  }
}

/** What is read at once is held in memory: a piece. */
const readBytesMax = 16 * 1024 * 1024

const restMs = 10_000
const restMaxMs = 60 * 60_000
