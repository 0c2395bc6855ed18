import { equalBytes, toHex } from '../../../base/bytes.ts'
import { fold, hashLength } from '../../../content/hashing/merkle.ts'
import { bytesOfKey } from '../bencode/bencode.ts'
import type { BencodedDictionary } from '../bencode/bencode.ts'
import { blockBytes } from './metainfo.ts'
import type { TorrentFile, TorrentInfo } from './metainfo.ts'
import { TorrentError } from './torrent-error.ts'

/**
 * The `piece layers` of a torrent file, by root in hex. A file may lack its layer, which peers then give; but
 * each layer has to be that of a file larger than a piece, and to lead to its root. Throws TorrentError.
 * Source: BEP 52
 */
export function readPieceLayers(
  found: BencodedDictionary,
  info: TorrentInfo,
): ReadonlyMap<string, Uint8Array> {
  const filesByRoot = new Map(layeredFiles(info).map((file) => [rootText(file), file]))
  const layers = new Map<string, Uint8Array>()
  for (const [key, layer] of found.entries) {
    const root = toHex(bytesOfKey(key))
    const file = filesByRoot.get(root)
    if (!file || !(layer instanceof Uint8Array) || !isPieceLayer(layer, file, info.pieceLength)) {
      throw new TorrentError('layer', 'the hashes of its pieces are not those of its files')
    }
    layers.set(root, layer)
  }
  return layers
}

/** The files whose pieces can't be proved by the root alone. */
export function layeredFiles(info: TorrentInfo): readonly TorrentFile[] {
  return info.files.filter((file) => file.root && file.length > info.pieceLength)
}

/** Whether `layer` has one hash for each piece of `file`, and leads to its root. */
export function isPieceLayer(layer: Uint8Array, file: TorrentFile, pieceLength: number): boolean {
  if (!file.root || layer.length !== Math.ceil(file.length / pieceLength) * hashLength) return false
  return equalBytes(fold(layer, 1, Math.log2(pieceLength / blockBytes)), file.root)
}

/** What a v2 piece has to hash to: its root, or its row of the layer; undefined while that is not here. */
export function pieceRoot(
  file: TorrentFile,
  layer: Uint8Array | undefined,
  pieceOfFile: number,
  pieceLength: number,
): Uint8Array | undefined {
  if (file.length <= pieceLength) return file.root
  return layer?.subarray(pieceOfFile * hashLength, (pieceOfFile + 1) * hashLength)
}

export function rootText(file: TorrentFile): string {
  return file.root ? toHex(file.root) : ''
}
