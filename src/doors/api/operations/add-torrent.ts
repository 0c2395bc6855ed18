import { isMagnet, parseMagnet, parseSelect } from '../../../networks/bittorrent/magnet/magnet.ts'
import { parseMetainfo } from '../../../networks/bittorrent/metainfo/read-metainfo.ts'
import { parsePeerAddress } from '../../../networks/bittorrent/peer-address.ts'
import type { Handler } from '../api.ts'
import { readTorrentFile } from '../torrent-file.ts'
import { torrentView } from '../torrent-view.ts'

/** Adding the same torrent again goes on with it, so that repeating a command does what is meant. */
export const addTorrent: Handler<'addTorrent'> = async ({ torrents }, request) => {
  const { torrent, destination, select, sequential, peers } = request
  const source = isMagnet(torrent)
    ? parseMagnet(torrent)
    : parseMetainfo(await readTorrentFile(torrent))
  const added = await torrents.add({
    ...{ source, destination, isSequential: sequential },
    select: select === undefined ? undefined : parseSelect(select),
    peers: peers.map(parsePeerAddress),
  })
  return torrentView(added)
}
