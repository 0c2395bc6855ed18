import type {
  AnnouncedProgress,
  Announcing,
  PeerAddress,
  PeerOrigin,
  SwarmId,
} from '../bittorrent.ts'
import type { Magnet } from '../magnet/magnet.ts'
import type { Metainfo, TorrentInfo } from '../metainfo/metainfo.ts'
import type { SwarmNetwork } from './session.ts'

export interface TorrentToAnnounce {
  readonly network: SwarmNetwork
  readonly swarms: readonly SwarmId[]
  /** Undefined until the dictionary of a magnet link has come. */
  readonly metainfo: Metainfo | undefined
  readonly magnet: Magnet
  /** `leftBytes` is undefined while nobody knows. */
  readonly progress: () => Omit<AnnouncedProgress, 'leftBytes'> & {
    readonly leftBytes: number | undefined
  }
  readonly onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void
}

/** Each of its swarms on its own: a hybrid torrent has two. */
export function announceTorrent(torrent: TorrentToAnnounce): Announcing[] {
  const { network, swarms, metainfo, magnet, progress, onPeers } = torrent
  const common = {
    trackers: metainfo?.trackers ?? magnet.trackers.map((url) => [url]),
    isPrivate: metainfo?.info.isPrivate ?? false,
    nodes: metainfo?.nodes ?? [],
    port: network.port,
    progress: () => {
      const { leftBytes = leftUnknown, ...moved } = progress()
      return { ...moved, leftBytes }
    },
  }
  return swarms.map((swarm) => network.announcer.announce({ ...common, swarm }, onPeers))
}

/** What a magnet link has become, once peers have given the dictionary. */
export function metainfoOf(
  { trackers, webSeeds }: Magnet,
  info: TorrentInfo,
  layers: ReadonlyMap<string, Uint8Array>,
): Metainfo {
  return {
    ...{ info, layers, webSeeds, nodes: [], trackers: trackers.map((url) => [url]) },
    ...{ comment: undefined, createdBy: undefined, createdMs: undefined },
  }
}

/** What a tracker is told while nobody knows: that something is missing. */
const leftUnknown = 16 * 1024
