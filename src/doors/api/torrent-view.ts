import { formatAddress } from '../../mesh/reach/address.ts'
import type { Torrent } from '../../networks/bittorrent/session/session.ts'
import type { TorrentDetail, TorrentView } from '../contract/torrent.ts'

export function torrentView(torrent: Torrent): TorrentView {
  return { schema: 'fullmesh.torrent/1', ...torrentItem(torrent) }
}

export function torrentItem(torrent: Torrent): Omit<TorrentView, 'schema'> {
  const { kind, error, version, bannedHosts: _, ...rest } = torrent.state()
  return {
    ...{ id: torrent.id, name: torrent.name, state: kind },
    ...(error && { detail: error.message }),
    ...(version && { version }),
    ...{ destination: torrent.destination, magnet: torrent.magnet(), ...rest },
  }
}

export function torrentDetail(torrent: Torrent): TorrentDetail {
  return {
    schema: 'fullmesh.torrent-detail/1',
    ...torrentItem(torrent),
    files: torrent.files().map(({ index, path, bytes, isWanted, isInstalled }) => ({
      ...{ index, path, bytes, wanted: isWanted, installed: isInstalled },
    })),
    connections: torrent.peers().map((peer) => ({
      address: formatAddress(peer.address),
      ...{ client: peer.client, origin: peer.origin, transport: peer.transport },
      ...{ encrypted: peer.isEncrypted, v2: peer.isV2, pieces: peer.pieces },
      rateInBytesPerSecond: peer.rateInBytesPerSecond,
      rateOutBytesPerSecond: peer.rateOutBytesPerSecond,
    })),
    trackers: torrent.reports().map(({ name, state, detail, peers }) => ({
      ...{ name, state, detail, peers },
    })),
    bannedHosts: [...torrent.state().bannedHosts],
  }
}
