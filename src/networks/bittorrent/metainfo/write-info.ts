import { encode } from '../bencode/encode.ts'
import type { Encodable } from '../bencode/encode.ts'
import { blockBytes } from './metainfo.ts'
import type { TorrentVersion } from './metainfo.ts'

/** What a dictionary is written of. Empty files have no root. */
export interface InfoParts {
  readonly version: TorrentVersion
  readonly name: string
  readonly isFolder: boolean
  readonly pieceLength: number
  /** In the order of `canonicalOrder`. */
  readonly files: readonly WrittenFile[]
  /** Needed unless the version is v2: SHA-1 of each piece of the row with its pads. */
  readonly pieceHashes: Uint8Array | undefined
  readonly isPrivate: boolean
}

export interface WrittenFile {
  readonly path: readonly string[]
  readonly length: number
  /** 32 bytes; needed unless the version is v1 or the file is empty. */
  readonly root: Uint8Array | undefined
  readonly isExecutable: boolean
}

/**
 * The canonical info dictionary: the same files under the same name give the same bytes on every computer,
 * so that whoever publishes them meets in one swarm. No times, no source, nothing that is not needed; equal
 * to what libtorrent makes of the same files.
 */
export function writeInfo(parts: InfoParts): Uint8Array {
  const { version, name, pieceLength, pieceHashes, isPrivate } = parts
  const v1 =
    version === 'v2' ? {} : { ...v1Fields(parts), pieces: pieceHashes ?? new Uint8Array(0) }
  const v2 = version === 'v1' ? {} : { 'file tree': fileTree(parts.files), 'meta version': 2 }
  const common = { name, 'piece length': pieceLength, private: isPrivate ? 1 : undefined }
  return encode({ ...common, ...v1, ...v2 })
}

/** Directory by directory, by the bytes of the names: as a v2 tree is sorted, and for v1 the same. */
export function canonicalOrder(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = Buffer.compare(Buffer.from(a[at] ?? ''), Buffer.from(b[at] ?? ''))
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** The one piece length for so many bytes: about 1,000 pieces, between 64 KiB and 16 MiB. */
export function canonicalPieceLength(totalBytes: number): number {
  const fitting = 2 ** Math.ceil(Math.log2(Math.max(1, totalBytes / piecesWanted)))
  return Math.min(pieceLengthLargest, Math.max(pieceLengthSmallest, fitting))
}

/** How many zeros follow each file so that the next one begins with a piece. */
export function padBytes(length: number, pieceLength: number): number {
  return (pieceLength - (length % pieceLength)) % pieceLength
}

function v1Fields({ version, isFolder, files, pieceLength }: InfoParts): Record<string, Encodable> {
  const [only] = files
  if (!isFolder && only) return { length: only.length, ...attributes(only) }
  const hasPads = version === 'hybrid'
  const lastWithBytes = files.findLastIndex((file) => file.length > 0)
  return {
    files: files.flatMap((file, at) => {
      const entry = { ...attributes(file), length: file.length, path: file.path }
      const pad = hasPads && at < lastWithBytes ? padBytes(file.length, pieceLength) : 0
      return pad > 0 ? [entry, { attr: 'p', length: pad, path: ['.pad', String(pad)] }] : [entry]
    }),
  }
}

function fileTree(files: readonly WrittenFile[]): Encodable {
  const top: Tree = new Map()
  for (const file of files) {
    let directory = top
    for (const name of file.path) {
      const key = Buffer.from(name).toString('latin1')
      const below = directory.get(key)
      const next: Tree = below instanceof Map ? below : new Map()
      directory.set(key, next)
      directory = next
    }
    directory.set('', { ...attributes(file), length: file.length, 'pieces root': file.root })
  }
  return top
}

type Tree = Map<string, Encodable>

function attributes(file: WrittenFile): { attr?: string } {
  return file.isExecutable ? { attr: 'x' } : {}
}

const piecesWanted = 1024

const pieceLengthSmallest = 4 * blockBytes

const pieceLengthLargest = 1024 * blockBytes
