import { MissingError } from '../../base/errors.ts'
import type { Torrent } from '../../networks/bittorrent/session/session.ts'
import type { Backend } from './api.ts'

/** By id, by an unambiguous beginning of it, or by name. Throws MissingError. */
export function findTorrent({ torrents }: Pick<Backend, 'torrents'>, text: string): Torrent {
  const [torrent, ...others] = torrents
    .all()
    .filter(({ id, name }) => id.startsWith(text) || name === text)
  if (torrent && others.length === 0) return torrent
  throw new MissingError(
    torrent
      ? `"${text}" is more than one torrent. "fullmesh torrent ls" shows their ids.`
      : `There is no torrent "${text}". "fullmesh torrent ls" lists them.`,
  )
}
