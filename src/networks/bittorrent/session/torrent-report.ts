import { displayText } from '../../../base/display-text.ts'
import { diskPaths } from '../metainfo/disk-paths.ts'
import type { TorrentFile, TorrentInfo } from '../metainfo/metainfo.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import type { Bitfield } from '../missing/bitfield.ts'
import type { TorrentFiles } from '../storing/storing.ts'
import type { Peer } from '../talking/peer.ts'
import type { PeerReport, TorrentFileReport } from './session.ts'

export function peerReport(peer: Peer): PeerReport {
  const { address, origin, isV2, greeted } = peer.parts
  return {
    ...{ address, origin, isV2, isEncrypted: greeted.isEncrypted },
    client: displayText(peer.extensions?.client ?? '', clientCharsMax),
    transport: greeted.channel.duplex.transport,
    pieces: peer.has.count,
    rateInBytesPerSecond: Math.round(peer.rateIn),
    rateOutBytesPerSecond: Math.round(peer.rateOut),
    isChoking: peer.isChoking,
    isServed: peer.isUnchoked,
  }
}

/** Pads and links are not among them. */
export function fileReports(
  info: TorrentInfo,
  files: TorrentFiles | undefined,
  isWanted: (file: TorrentFile) => boolean,
): TorrentFileReport[] {
  const paths = diskPaths(info)
  return info.files.flatMap((file) => {
    const place = files?.place(file.index)
    const path = place?.path ?? paths[file.index]
    if (path === undefined) return []
    const isInstalled = place?.isInstalled ?? false
    return [{ index: file.index, path, bytes: file.length, isWanted: isWanted(file), isInstalled }]
  })
}

/** Bytes of wanted files, and how many of them are here. */
export function wantedBytes(
  layout: PieceLayout,
  have: Bitfield,
  isWanted: (file: TorrentFile) => boolean,
): { total: number; done: number } {
  const wanted = layout.info.files.filter(isWanted)
  const total = wanted.reduce((sum, { length }) => sum + length, 0)
  if (have.isFull) return { total, done: total }
  let done = 0
  const indexes = new Set(wanted.map(({ index }) => index))
  for (const piece of have) {
    for (const { file, length } of layout.spans(piece)) if (indexes.has(file.index)) done += length
  }
  return { total, done }
}

const clientCharsMax = 60
