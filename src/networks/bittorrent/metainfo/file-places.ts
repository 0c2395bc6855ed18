import { equalNames } from './disk-paths.ts'
import type { ListedFile } from './file-fields.ts'
import { fileBytesMax } from './file-fields.ts'
import type { TorrentFile } from './metainfo.ts'
import { TorrentError } from './torrent-error.ts'

/** Files one after another, as v1 has them: gaps are pad files. */
export function placeV1(listed: readonly ListedFile[]): {
  files: readonly TorrentFile[]
  rowBytes: number
} {
  let rowBytes = 0
  const files = listed.map((file, index) => {
    const placed = { ...file, index, offset: rowBytes }
    rowBytes = after(rowBytes + file.length)
    return placed
  })
  return { files, rowBytes }
}

/** Each file with bytes at the beginning of a piece. */
export function placeV2(
  listed: readonly ListedFile[],
  pieceLength: number,
): { files: readonly TorrentFile[]; rowBytes: number } {
  let rowBytes = 0
  const files = listed.map((file, index) => {
    if (file.length > 0) rowBytes = after(Math.ceil(rowBytes / pieceLength) * pieceLength)
    const placed = { ...file, index, offset: rowBytes }
    rowBytes = after(rowBytes + file.length)
    return placed
  })
  return { files, rowBytes }
}

/** Whether both lists have the same bytes under the same names at the same places. */
export function isCompatible(v1: readonly TorrentFile[], v2: readonly TorrentFile[]): boolean {
  const [withV1, withV2] = [v1, v2].map((files) =>
    files.filter((file) => file.kind === 'file' && file.length > 0),
  )
  if (withV1?.length !== withV2?.length) return false
  return (withV1 ?? []).every((file, at) => {
    const other = withV2?.[at]
    if (!other || file.length !== other.length || file.offset !== other.offset) return false
    return equalNames(file.path, other.path)
  })
}

function after(offset: number): number {
  if (offset > fileBytesMax) throw new TorrentError('many', 'it is too large')
  return offset
}
