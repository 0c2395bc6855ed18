import type { TorrentView } from '../../contract/torrent.ts'
import type { StreamHandler } from '../api.ts'
import { Changes } from '../changes.ts'
import { findTorrent } from '../find-torrent.ts'
import { torrentView } from '../torrent-view.ts'

export const watchTorrent: StreamHandler<'watchTorrent'> = async function* (desk, request, signal) {
  const torrent = findTorrent(desk, request.torrent)
  using changes = new Changes<() => TorrentView>(signal)
  using _ = desk.torrents.changed.subscribe(({ id }) => {
    if (id === torrent.id) tell()
  })
  tell()
  for await (const newest of changes) {
    const view = newest()
    yield view
    if (restingStates.has(view.state)) return
  }

  function tell(): void {
    changes.push('torrent', () => torrentView(torrent))
  }
}

/** What is whole may serve others for ever. */
const restingStates: ReadonlySet<string> = new Set(['seeding', 'failed', 'paused'])
