import type { Handler } from '../api.ts'
import { findTorrent } from '../find-torrent.ts'
import { torrentDetail } from '../torrent-view.ts'

export const getTorrent: Handler<'getTorrent'> = async (desk, { torrent }) =>
  torrentDetail(findTorrent(desk, torrent))
