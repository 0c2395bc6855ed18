import { createHash } from 'node:crypto'
import { sha256 } from '../../../base/bytes.ts'
import type { BencodedDictionary } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import { parseSwarmId, swarmIdBytes } from '../swarm-id.ts'
import type { ListedFile } from './file-fields.ts'
import { isCompatible, placeV1, placeV2 } from './file-places.ts'
import { treeFiles } from './file-tree.ts'
import { blockBytes, pieceLengthMax, piecesMax } from './metainfo.ts'
import type { TorrentFile, TorrentInfo } from './metainfo.ts'
import { TorrentError } from './torrent-error.ts'
import { v1Files } from './v1-files.ts'

/** An info dictionary from its bytes, such as peers send them for a magnet link. Throws TorrentError. */
export function parseInfo(raw: Uint8Array): TorrentInfo {
  let info: BencodedDictionary
  try {
    info = decodeDictionary(raw, { keys: 'any' })
  } catch (cause) {
    throw new TorrentError('encoding', 'it is not bencoded', cause)
  }
  return readInfo(info)
}

/** Throws TorrentError. */
export function readInfo(info: BencodedDictionary): TorrentInfo {
  const { raw } = info
  const isV2 = readVersion(info) === 2
  const isV1 = !isV2 || info.has('files') || info.has('length')
  const pieceLength = readPieceLength(info, isV2)
  const name = info.text('name.utf-8') ?? info.text('name')
  if (name === undefined) throw new TorrentError('name', 'it has no name')
  const { files, rowBytes, isFolder } = readFiles(info, { isV1, isV2, pieceLength, name })
  if (files.length === 0) throw new TorrentError('files', 'it has no files')
  const pieceCount = Math.ceil(rowBytes / pieceLength)
  if (pieceCount > piecesMax) throw new TorrentError('many', 'it has too many pieces')
  const pieceHashes = isV1 ? readPieceHashes(info, pieceCount) : undefined
  if (rowBytes === 0) throw new TorrentError('length', 'it is empty')
  const hashV1 = isV1 ? createHash('sha1').update(raw).digest() : undefined
  const hashV2 = isV2 ? sha256(raw) : undefined
  return {
    ...{
      raw,
      hashV1,
      hashV2,
      name,
      isFolder,
      pieceLength,
      pieceCount,
      rowBytes,
      files,
      pieceHashes,
    },
    version: isV2 ? (isV1 ? 'hybrid' : 'v2') : 'v1',
    swarms: [hashV1, hashV2].flatMap((hash) =>
      hash ? [parseSwarmId(hash.subarray(0, swarmIdBytes))] : [],
    ),
    isPrivate: (info.integer('private') ?? 0) !== 0,
  }
}

function readVersion(info: BencodedDictionary): number {
  const version = info.integer('meta version') ?? 1
  if (version > 2) throw new TorrentError('version', 'it is of a version that is not known here')
  if (version < 2) {
    if (info.has('file tree'))
      throw new TorrentError('version', 'it has files of v2, and does not say so')
    return 1
  }
  try {
    decodeDictionary(info.raw)
  } catch (cause) {
    throw new TorrentError('encoding', 'it is not in the canonical form that v2 asks for', cause)
  }
  return 2
}

function readPieceLength(info: BencodedDictionary, isV2: boolean): number {
  const length = info.integer('piece length') ?? 0
  const isOdd = isV2 && (length < blockBytes || !Number.isInteger(Math.log2(length)))
  if (length <= 0 || length > pieceLengthMax || isOdd) {
    throw new TorrentError('piece-length', 'its pieces have no proper length')
  }
  return length
}

function readFiles(
  info: BencodedDictionary,
  how: { isV1: boolean; isV2: boolean; pieceLength: number; name: string },
): { files: readonly TorrentFile[]; rowBytes: number; isFolder: boolean } {
  const { isV1, isV2, pieceLength, name } = how
  const v1 = isV1 ? placeV1(v1Files(info, name)) : undefined
  if (!isV2) {
    if (!v1) throw new TorrentError('files', 'it has no files')
    return { ...v1, isFolder: info.has('files') }
  }
  const tree = info.dictionary('file tree')
  if (!tree) throw new TorrentError('files', 'it has no tree of files')
  const listed = treeFiles(tree)
  const v2 = placeV2(listed, pieceLength)
  const isFolder = info.has('files') || !isOnlyFile(listed, name)
  if (!v1) return { ...v2, isFolder }
  if (!isCompatible(v1.files, v2.files)) {
    throw new TorrentError('inconsistent', 'it lists other files for v1 than for v2')
  }
  const roots = new Map(v2.files.map((file) => [file.offset, file]))
  const files = v1.files.map((file) =>
    file.kind === 'file' && file.length > 0
      ? { ...file, root: roots.get(file.offset)?.root }
      : file,
  )
  return { files, rowBytes: v1.rowBytes, isFolder }
}

/** A v2 torrent of one file has it at the top of its tree, under the torrent's own name (BEP 52). */
function isOnlyFile(files: readonly ListedFile[], name: string): boolean {
  const [only] = files
  return files.length === 1 && only?.path.length === 1 && only.path[0] === name
}

function readPieceHashes(info: BencodedDictionary, pieceCount: number): Uint8Array {
  const hashes = info.bytes('pieces')
  if (hashes?.length !== pieceCount * swarmIdBytes) {
    throw new TorrentError('pieces', 'it has not one hash for each piece')
  }
  return hashes
}
