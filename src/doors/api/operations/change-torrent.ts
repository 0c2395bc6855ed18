import type { Handler } from '../api.ts'
import { findTorrent } from '../find-torrent.ts'
import { torrentView } from '../torrent-view.ts'

export const changeTorrent: Handler<'changeTorrent'> = async (desk, { torrent, action }) => {
  const found = findTorrent(desk, torrent)
  await found[action]()
  return torrentView(found)
}
