import type { Handler } from '../api.ts'
import { torrentItem } from '../torrent-view.ts'

export const listTorrents: Handler<'listTorrents'> = async ({ torrents }) => ({
  schema: 'fullmesh.torrents/1',
  torrents: torrents.all().map(torrentItem),
})
