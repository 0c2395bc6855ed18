import { readFile, stat } from 'node:fs/promises'
import { MalformedError, MissingError } from '../../base/errors.ts'
import { torrentBytesMax } from '../../networks/bittorrent/metainfo/read-metainfo.ts'

/** The bytes of a torrent file of this computer. Rejects with MissingError, and MalformedError for what is too large to be one. */
export async function readTorrentFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > torrentBytesMax) throw new MalformedError('torrent', 'it is too large')
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof MalformedError) throw cause
    throw new MissingError(`${path} can't be read. Is it there, and may you?`, { cause })
  }
}
