import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import type { SharePath } from '../../../content/content.ts'
import { openPlace } from '../../../content/folder/open-place.ts'
import type { TorrentFile } from '../metainfo/metainfo.ts'
import type { Handle } from './open-handles.ts'

/**
 * One file of a torrent on this disk.
 *     state      where its bytes are
 *     staged     in the stage, as far as they are here
 *     found      under its name, not known to be right
 *     installed  under its name, whole and verified
 */
export interface StoredFile {
  readonly file: TorrentFile
  /** Below the destination. */
  path: SharePath
  state: 'staged' | 'found' | 'installed'
  /** Of an installed file, when it was verified. */
  stamp: string | undefined
  /** Pieces of it that are not here. */
  missing: number
  /** Whether something was written to the stage since it was last synced. */
  isDirty: boolean
}

/** Where a torrent's files are on this disk. Absolute paths. */
export interface StoredPlaces {
  readonly destination: string
  readonly stage: string
}

export function stagedPath(places: StoredPlaces, { index }: TorrentFile): string {
  return join(places.stage, String(index))
}

/** Opens the file where its bytes are. Throws what the system says, and MissingError or its like for installed ones. */
export function openStored(places: StoredPlaces, stored: StoredFile): Handle {
  if (stored.state !== 'staged') {
    using place = openPlace(places.destination)
    return place.openFile(stored.path)
  }
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
  const fd = openSync(stagedPath(places, stored.file), flags, stagedMode)
  return { fd, [Symbol.dispose]: () => closeSync(fd) }
}

/** What a new file of the user's would have; its folder is private while it is staged. */
const stagedMode = 0o644
