import type { Handler } from '../api.ts'
import { findTorrent } from '../find-torrent.ts'

export const removeTorrent: Handler<'removeTorrent'> = async (desk, { torrent }) => {
  await desk.torrents.remove(findTorrent(desk, torrent).id)
  return { schema: 'fullmesh.done/1' }
}
