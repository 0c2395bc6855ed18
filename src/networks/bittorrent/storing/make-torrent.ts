import { concatBytes } from '../../../base/bytes.ts'
/**
 * A torrent of files on this disk: all of it is read once, and hashed for v1 and v2 at the same time.
 */
import { throwIfInterrupted } from '../../../base/errors.ts'
import type { SharePath } from '../../../content/content.ts'
import { openPlace } from '../../../content/folder/open-place.ts'
import { fold } from '../../../content/hashing/merkle.ts'
import { namesOf } from '../../../content/names.ts'
import { placeV1, placeV2 } from '../metainfo/file-places.ts'
import { blockBytes } from '../metainfo/metainfo.ts'
import type { TorrentFile, TorrentInfo, TorrentVersion } from '../metainfo/metainfo.ts'
import { rootText } from '../metainfo/piece-layers.ts'
import { PieceLayout } from '../metainfo/piece-layout.ts'
import { parseInfo } from '../metainfo/read-info.ts'
import {
  canonicalOrder,
  canonicalPieceLength,
  padBytes,
  writeInfo,
} from '../metainfo/write-info.ts'
import { OpenHandles } from './open-handles.ts'
import type { Handle } from './open-handles.ts'
import type { PieceHashes, PieceToHash } from './piece-job.ts'
import type { PieceThreads } from './piece-threads.ts'

export interface MadeFile {
  /** Below the folder. */
  readonly path: SharePath
  readonly length: number
  readonly isExecutable: boolean
}

export interface MakeTorrentOptions {
  /** Absolute path of the folder in which the files are. */
  readonly root: string
  readonly files: readonly MadeFile[]
  /** Of the torrent's folder; undefined: it is of the only file, and named like that. */
  readonly name: string | undefined
  readonly version: TorrentVersion
  readonly isPrivate: boolean
  /** Bytes; by default as long as every node makes them. */
  readonly pieceLength?: number
  readonly threads: PieceThreads
  readonly onProgress?: (bytes: number) => void
}

export interface MadeTorrent {
  readonly info: TorrentInfo
  /** By root in hex. */
  readonly layers: ReadonlyMap<string, Uint8Array>
}

/** Rejects with StoringError when a file gets shorter meanwhile, and as `openPlace` does. */
export async function makeTorrent(
  options: MakeTorrentOptions,
  signal: AbortSignal,
): Promise<MadeTorrent> {
  const { version, name, isPrivate } = options
  const sorted = options.files
    .map((file) => ({ ...file, names: namesOf(file.path) }))
    .toSorted((a, b) => canonicalOrder(a.names, b.names))
  const total = sorted.reduce((sum, { length }) => sum + length, 0)
  const pieceLength = options.pieceLength ?? canonicalPieceLength(total)
  const draft = draftOf(sorted, version, pieceLength)
  const layout = new PieceLayout(draft)
  const hashes = await hashPieces(options, layout, signal)

  const layers = new Map<string, Uint8Array>()
  const files = draft.files.filter(({ kind }) => kind === 'file')
  const rooted = files.map((file) => {
    const { first, end } = layout.piecesOf(file)
    const row = hashes.slice(first, end).flatMap(({ merkle }) => (merkle ? [merkle] : []))
    if (version === 'v1' || file.length === 0) return file
    const layer = concatBytes(row)
    const isLayered = file.length > pieceLength
    const root = isLayered ? fold(layer, 1, Math.log2(pieceLength / blockBytes)) : layer
    const withRoot = { ...file, root }
    if (isLayered) layers.set(rootText(withRoot), layer)
    return withRoot
  })
  const [only] = sorted
  const raw = writeInfo({
    ...{ version, pieceLength, isPrivate, isFolder: name !== undefined },
    name: name ?? only?.names.at(-1) ?? '',
    files: rooted.map(({ path, length, root, isExecutable }) => ({
      path,
      length,
      root,
      isExecutable,
    })),
    pieceHashes:
      version === 'v2'
        ? undefined
        : concatBytes(hashes.flatMap(({ sha1 }) => (sha1 ? [sha1] : []))),
  })
  return { info: parseInfo(raw), layers }
}

/** Where everything will be, before there is a hash. */
function draftOf(
  sorted: readonly (MadeFile & { names: readonly string[] })[],
  version: TorrentVersion,
  pieceLength: number,
): TorrentInfo {
  const listed = sorted.map(({ names, length, isExecutable }) => ({
    ...{ kind: 'file' as const, path: names, length, isExecutable, root: undefined },
  }))
  const lastWithBytes = listed.findLastIndex(({ length }) => length > 0)
  const padded = listed.flatMap((file, at) => {
    const pad = at < lastWithBytes ? padBytes(file.length, pieceLength) : 0
    if (version !== 'hybrid' || pad === 0) return [file]
    return [file, { ...file, kind: 'pad' as const, path: ['.pad', String(pad)], length: pad }]
  })
  const { files, rowBytes } = version === 'v2' ? placeV2(listed, pieceLength) : placeV1(padded)
  return {
    ...{ raw: new Uint8Array(0), version, name: '', isFolder: true, isPrivate: false },
    ...{ hashV1: undefined, hashV2: undefined, swarms: [], pieceHashes: undefined },
    ...{ pieceLength, files, rowBytes, pieceCount: Math.ceil(rowBytes / pieceLength) },
  }
}

async function hashPieces(
  { root, files, version, threads, onProgress }: MakeTorrentOptions,
  layout: PieceLayout,
  signal: AbortSignal,
): Promise<PieceHashes[]> {
  using handles = new OpenHandles()
  const { pieceLength, pieceCount } = layout.info
  const pathsByNames = new Map(files.map(({ path }) => [path as string, path]))
  const perJob = Math.max(1, Math.floor(jobBytes / pieceLength))
  const hashes: PieceHashes[] = []
  let next = 0
  const open = (file: TorrentFile): Handle => {
    const path = pathsByNames.get(file.path.join('/'))
    if (path === undefined) throw new RangeError('a file of the torrent is none of those given')
    using place = openPlace(root)
    return place.openFile(path)
  }
  const lane = async (): Promise<void> => {
    while (next < pieceCount) {
      throwIfInterrupted(signal)
      const first = next
      next = Math.min(pieceCount, first + perJob)
      const held: Handle[] = []
      const pieces: PieceToHash[] = []
      for (let index = first; index < next; index++) {
        const spans = layout.spans(index).map(({ file, fileOffset, at, length }) => {
          const handle = handles.hold(file.index, () => open(file))
          held.push(handle)
          return { fd: handle.fd, position: fileOffset, at, length }
        })
        const isLong = (layout.fileOfPiece(index)?.length ?? 0) > pieceLength
        const leavesMin = isLong ? pieceLength / blockBytes : 1
        const hashedBytes = layout.hashedBytes(index)
        const merkle = version === 'v1' ? undefined : { hashedBytes, leavesMin }
        pieces.push({ pieceBytes: layout.pieceBytes(index), spans, sha1: version !== 'v2', merkle })
      }
      try {
        const found = await threads.run('hash', pieces)
        for (const [at, hash] of found.entries()) hashes[first + at] = hash
        onProgress?.(pieces.reduce((sum, { pieceBytes }) => sum + pieceBytes, 0))
      } finally {
        for (const handle of held) handle[Symbol.dispose]()
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return hashes
}

/** Read at a stretch by one thread. */
const jobBytes = 8 * 1024 * 1024

/** As many as there are threads, and one that is ready. */
const lanes = 3
