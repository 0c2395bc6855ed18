import { Topic } from '../../../src/base/topic.ts'
import { formatMagnet, magnetOf, swarmsOf } from '../../../src/networks/bittorrent/magnet/magnet.ts'
import { parseInfo } from '../../../src/networks/bittorrent/metainfo/read-info.ts'
import { writeInfo } from '../../../src/networks/bittorrent/metainfo/write-info.ts'
import type {
  NewTorrent,
  Publication,
  Torrent,
  TorrentDesk,
  TorrentState,
} from '../../../src/networks/bittorrent/session/session.ts'

const begun: TorrentState = {
  ...{ kind: 'downloading', error: undefined, version: 'hybrid', bytesTotal: 1000, bytesDone: 250 },
  ...{ uploadedBytes: 0, downloadedBytes: 250, rateInBytesPerSecond: 10, rateOutBytesPerSecond: 0 },
  ...{ peers: 1, wrongBytes: 0, bannedHosts: [] },
}

/** A torrent that goes on only as a test says. */
export class FakeTorrent implements Torrent {
  readonly id: Torrent['id']
  readonly name: string
  readonly destination: string
  readonly metainfo: Torrent['metainfo']
  readonly #magnet: string
  readonly #onChange: (torrent: Torrent) => void
  #state = begun

  constructor({ source, destination }: NewTorrent, onChange: (torrent: Torrent) => void) {
    const link = 'info' in source ? magnetOf(source) : source
    const [id] = swarmsOf({ hashV1: link.hashV1, hashV2: link.hashV2 })
    if (!id) throw new Error('a torrent has a hash')
    this.id = id
    this.name = link.name ?? id
    this.destination = destination
    this.metainfo = 'info' in source ? source : undefined
    this.#magnet = formatMagnet(link)
    this.#onChange = onChange
  }

  become(state: Partial<TorrentState>): void {
    this.#state = { ...this.#state, ...state }
    this.#onChange(this)
  }

  state(): TorrentState {
    return this.#state
  }

  peers(): [] {
    return []
  }

  files(): [] {
    return []
  }

  reports(): [] {
    return []
  }

  addPeers(): void {}

  magnet(): string {
    return this.#magnet
  }

  async pause(): Promise<void> {
    this.become({ kind: 'paused' })
  }

  async resume(): Promise<void> {
    this.become({ kind: 'downloading' })
  }

  async recheck(): Promise<void> {
    this.become({ kind: 'checking' })
  }
}

export class FakeTorrents implements TorrentDesk {
  readonly changed = new Topic<Torrent>()
  readonly port = undefined
  readonly torrents: FakeTorrent[] = []

  all(): readonly FakeTorrent[] {
    return this.torrents
  }

  byId(id: string): FakeTorrent | undefined {
    return this.torrents.find((torrent) => torrent.id === id)
  }

  async add(wanted: NewTorrent): Promise<Torrent> {
    const torrent = new FakeTorrent(wanted, (changed) => this.changed.publish(changed))
    this.torrents.push(torrent)
    return torrent
  }

  async remove(id: string): Promise<void> {
    this.torrents.splice(
      this.torrents.findIndex((torrent) => torrent.id === id),
      1,
    )
  }

  /** Of names and sizes alone: nothing is read. */
  publish({ folder, files }: Publication): Promise<Torrent> {
    const written = files.map(({ path, ...file }) => ({
      ...{ ...file, path: path.split('/'), root: undefined },
    }))
    const info = parseInfo(
      writeInfo({
        ...{ version: 'v1', name: folder, isFolder: true, isPrivate: false, files: written },
        ...{ pieceLength: 2 ** 24, pieceHashes: new Uint8Array(20) },
      }),
    )
    const source = {
      ...{ info, layers: new Map(), trackers: [], webSeeds: [], nodes: [] },
      ...{ comment: undefined, createdBy: undefined, createdMs: undefined },
    }
    return this.add({ source, destination: folder })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
