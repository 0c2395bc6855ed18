/**
 * Answers to peers who ask for hashes of a v2 torrent: rows from that of the pieces up are known; those below
 * are made of the pieces themselves, if they are here.
 * Source: BEP 52
 */
import { concatBytes, equalBytes } from '../../../base/bytes.ts'
import { leafHashes } from '../../../content/hashing/merkle.ts'
import { hashesAbove, rowsAbove, uncleCount } from '../metainfo/hash-rows.ts'
import { blockBytes } from '../metainfo/metainfo.ts'
import type { TorrentFile } from '../metainfo/metainfo.ts'
import { rootText } from '../metainfo/piece-layers.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import type { TorrentFiles } from '../storing/storing.ts'
import type { HashRange } from '../wire/hash-request.ts'

export interface HashAnswerParts {
  readonly layout: PieceLayout
  readonly layers: ReadonlyMap<string, Uint8Array>
  readonly files: Pick<TorrentFiles, 'have' | 'read'>
}

/** The hashes asked for, with their uncles; undefined if they can't be had here, or the question makes no sense. */
export async function answerHashes(
  parts: HashAnswerParts,
  range: HashRange,
): Promise<Uint8Array | undefined> {
  const { layout } = parts
  const file = layout.info.files.find(({ root }) => root && equalBytes(root, range.root))
  if (!file || !isProper(range, file)) return undefined
  const { base, index, count, proofs } = range
  const hashes = [await row(parts, file, base, index, count)]
  let [level, place] = [base + Math.log2(count), index / count]
  for (let uncle = 0; uncle < uncleCount(count, proofs); uncle++, level++) {
    hashes.push(await row(parts, file, level, place ^ 1, 1))
    place = Math.floor(place / 2)
  }
  const found = hashes.filter((hash) => hash !== undefined)
  return found.length === hashes.length ? concatBytes(found) : undefined
}

function isProper({ base, index, count, proofs }: HashRange, file: TorrentFile): boolean {
  if (count < 1 || count > countMax || !Number.isInteger(Math.log2(count))) return false
  const rows = rowsAbove(file, 0)
  if (base > rows || index % count !== 0 || index + count > 2 ** (rows - base)) return false
  return base + proofs < Math.max(1, rows)
}

async function row(
  parts: HashAnswerParts,
  file: TorrentFile,
  level: number,
  index: number,
  count: number,
): Promise<Uint8Array | undefined> {
  const { layout, layers } = parts
  const pieceLevel = Math.log2(layout.info.pieceLength / blockBytes)
  const layer = layers.get(rootText(file))
  if (level >= pieceLevel && layer) {
    return hashesAbove(layer, pieceLevel, level - pieceLevel, index, count)
  }
  const first = index * 2 ** level
  const leaves = await readLeaves(parts, file, first, count * 2 ** level)
  return leaves && hashesAbove(leaves, 0, level, 0, count)
}

/** Hashes of the blocks of a file from `first` on, as far as it goes; undefined if they are not all here. */
async function readLeaves(
  { layout, files }: HashAnswerParts,
  file: TorrentFile,
  first: number,
  count: number,
): Promise<Uint8Array | undefined> {
  if (count > leavesMax) return undefined
  const start = file.offset + first * blockBytes
  const end = Math.min(file.offset + file.length, start + count * blockBytes)
  const { pieceLength } = layout.info
  const blocks = []
  for (let at = start; at < end; at += blockBytes) {
    const piece = Math.floor(at / pieceLength)
    if (!files.have.has(piece)) return undefined
    const length = Math.min(blockBytes, end - at)
    blocks.push({ piece, begin: at % pieceLength, length, into: Buffer.allocUnsafe(length) })
  }
  await files.read(blocks)
  return concatBytes(blocks.map(({ into }) => leafHashes(into)))
}

/** Twice what libtorrent asks for. */
const countMax = 1024

/** 16 MiB of a file, read to answer one question. */
const leavesMax = 1024
