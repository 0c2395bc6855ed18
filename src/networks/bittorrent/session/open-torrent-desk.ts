import { basename, dirname } from 'node:path'
import { MissingError } from '../../../base/errors.ts'
import { Serial } from '../../../base/serial.ts'
import { Topic } from '../../../base/topic.ts'
import { makeTorrent } from '../storing/make-torrent.ts'
import { openPieceThreads } from '../storing/piece-threads.ts'
import { openBitTorrent } from './open-bittorrent.ts'
import type { BitTorrentOptions } from './open-bittorrent.ts'
import { ResumeStore } from './resume-store.ts'
import type { BitTorrent, NewTorrent, Publication, Torrent, TorrentDesk } from './session.ts'

/** Goes on with the torrents of the last run. Without any, no port is opened and nobody hears of us. */
export async function openTorrentDesk(options: BitTorrentOptions): Promise<TorrentDesk> {
  const desk = new OnDemand(options)
  const remembered = await new ResumeStore(options.database).all()
  if (remembered.length > 0) await desk.opened()
  return desk
}

class OnDemand implements TorrentDesk {
  readonly changed = new Topic<Torrent>()
  readonly #options: BitTorrentOptions
  readonly #turn = new Serial()
  #bittorrent: BitTorrent | undefined

  constructor(options: BitTorrentOptions) {
    this.#options = options
  }

  get port(): number | undefined {
    return this.#bittorrent?.port
  }

  opened(): Promise<BitTorrent> {
    return this.#turn.run(async () => {
      if (this.#bittorrent) return this.#bittorrent
      this.#bittorrent = await openBitTorrent(this.#options)
      this.#bittorrent.changed.subscribe((torrent) => this.changed.publish(torrent))
      return this.#bittorrent
    })
  }

  all(): readonly Torrent[] {
    return this.#bittorrent?.all() ?? []
  }

  byId(id: string): Torrent | undefined {
    return this.#bittorrent?.byId(id)
  }

  async add(torrent: NewTorrent): Promise<Torrent> {
    return (await this.opened()).add(torrent)
  }

  async remove(id: string): Promise<void> {
    if (!this.#bittorrent) throw new MissingError('There are no torrents here.')
    await this.#bittorrent.remove(id)
  }

  async publish(publication: Publication, signal: AbortSignal): Promise<Torrent> {
    const { folder, files, version, trackers } = publication
    await using threads = openPieceThreads()
    const parts = {
      root: folder,
      files,
      version,
      isPrivate: false,
      name: basename(folder),
      threads,
    }
    const made = await makeTorrent(parts, signal)
    const source = {
      ...{ ...made, trackers: trackers.map((url) => [url]), webSeeds: [], nodes: [] },
      ...{ comment: undefined, createdBy: undefined, createdMs: undefined },
    }
    return await this.add({ source, destination: dirname(folder) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn.idle()
    await this.#bittorrent?.[Symbol.asyncDispose]()
  }
}
