import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { parseSharePath } from '../../src/content/names.ts'
import type { Metainfo, TorrentVersion } from '../../src/networks/bittorrent/metainfo/metainfo.ts'
import { openBitTorrent } from '../../src/networks/bittorrent/session/open-bittorrent.ts'
import { torrentMigrations } from '../../src/networks/bittorrent/session/resume-store.ts'
import type { BitTorrent, Torrent } from '../../src/networks/bittorrent/session/session.ts'
import { makeTorrent } from '../../src/networks/bittorrent/storing/make-torrent.ts'
import { openPieceThreads } from '../../src/networks/bittorrent/storing/piece-threads.ts'
import { loopbackSwarms } from './loopback-swarms.ts'
import { memoryDatabase } from './memory-database.ts'
import { testSurroundings } from './surroundings.ts'
import { tempFolder } from './temp-folder.ts'
import type { TempFolder } from './temp-folder.ts'
import { until } from './until.ts'

const never = new AbortController().signal

/** BitTorrent of several nodes in one process, over loopback, in plain text. */
export class TorrentWorld implements AsyncDisposable {
  readonly #folder: TempFolder
  readonly #opened = new AsyncDisposableStack()

  private constructor(folder: TempFolder) {
    this.#folder = folder
  }

  static async open(): Promise<TorrentWorld> {
    return new TorrentWorld(await tempFolder())
  }

  path(...parts: readonly string[]): string {
    return join(this.#folder.path, ...parts)
  }

  /** Nodes at one address, so that they can be told apart by what they listen at. */
  async node(name: string): Promise<BitTorrent> {
    const database = this.#opened.use(memoryDatabase(torrentMigrations))
    const surroundings = { ...testSurroundings(name), clock: systemClock }
    const options = { database, surroundings, allowsLocal: true, client: name }
    return this.#opened.use(
      await openBitTorrent({
        ...{ ...options, encryption: 'refused' },
        openNetwork: (onIncoming) => loopbackSwarms(onIncoming, { host: '127.0.0.1' }),
      }),
    )
  }

  /** A torrent of files that it plants below `seed/data`. */
  async plant(
    files: Readonly<Record<string, Uint8Array>>,
    version: TorrentVersion,
    pieceLength: number,
  ): Promise<Metainfo> {
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(this.path('seed/data', path)), { recursive: true })
      await writeFile(this.path('seed/data', path), bytes)
    }
    await using threads = openPieceThreads()
    const listed = Object.entries(files).map(([path, { length }]) => ({
      ...{ path: parseSharePath(path), length, isExecutable: false },
    }))
    const root = this.path('seed/data')
    const parts = { root, files: listed, name: 'data', version, pieceLength, threads }
    const made = await makeTorrent({ ...parts, isPrivate: false }, never)
    return {
      ...{ ...made, trackers: [], webSeeds: [], nodes: [] },
      ...{ comment: undefined, createdBy: undefined, createdMs: undefined },
    }
  }

  /** A new node that has all of what was planted. */
  async seed(name: string, source: Metainfo): Promise<BitTorrent> {
    const node = await this.node(name)
    const torrent = await node.add({ source, destination: this.path('seed') })
    await seeding(torrent)
    return node
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
    await this.#folder[Symbol.asyncDispose]()
  }
}

/** Resolves when all of it is here; generous, as other tests may keep the disk busy. */
export function seeding(torrent: Torrent): Promise<void> {
  return until(() => torrent.state().kind === 'seeding', 60_000)
}
