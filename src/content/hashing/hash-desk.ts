import { fstatSync, readSync, writeSync } from 'node:fs'
import { MissingError } from '../../base/errors.ts'
import { pieceCount, pieceLength } from '../content-id.ts'
import { pieceBytes } from '../content.ts'
import { ChangedError, CorruptError } from '../errors.ts'
import { openPlace } from '../folder/open-place.ts'
import { NotPlainError, UnreadableError } from '../folder/place-failure.ts'
import type { PlaceFile } from '../folder/place.ts'
import type { Stamps } from '../index/index-writer.ts'
import { hashStride } from './hash-job.ts'
import type { FileAt, HashedStride, HashJobs, PieceAt, SmallFile } from './hash-job.ts'
import {
  contentOf,
  expectedPieceHash,
  hashLength,
  isPiece,
  leafHashes,
  pieceHash,
} from './merkle.ts'

/** What a hashing thread does with a job: reads, hashes, compares, writes, and waits for all of it. */
export const hashDesk: HashJobs = {
  hash: hashPieces,
  content: contentOf,
  read: readPiece,
  leaves: (piece) => leafHashes(readPiece(piece)),
  write: writePiece,
  small: readSmallFiles,
}

function hashPieces(at: FileAt, first: number, was: Stamps | undefined): HashedStride {
  using file = openAt(at)
  const stamps = stampsOf(file.stats)
  const length = Number(stamps.size)
  const count = Math.max(0, Math.min(hashStride, pieceCount(length) - first))
  const hashes = new Uint8Array(count * hashLength)
  for (let done = 0; done < count; done++) {
    const piece = strideBuffer.subarray(0, pieceLength(length, first + done))
    readFully(file.fd, piece, (first + done) * pieceBytes)
    hashes.set(pieceHash(leafHashes(piece), length), done * hashLength)
  }
  const after = stampsOf(fstatSync(file.fd, { bigint: true }))
  if (!isSame(stamps, was ?? stamps) || !isSame(stamps, after)) throw changed()
  return { stamps, hashes }
}

function readPiece({ file: at, index, length, expectedHash }: PieceAt): Uint8Array {
  using file = openAt(at)
  // A stage grows piece by piece; a file in a folder is there whole or is another one.
  if (typeof at !== 'number' && file.stats.size !== BigInt(length)) throw changed()
  const bytes = newBytes(pieceLength(length, index))
  readFully(file.fd, bytes, index * pieceBytes)
  if (!isPiece(bytes, expectedHash, index, length)) throw changed()
  return bytes
}

function writePiece(
  { file, index, length, expectedHash }: PieceAt & { file: number },
  bytes: Uint8Array,
): void {
  if (!isPiece(bytes, expectedHash, index, length)) {
    throw new CorruptError(`Piece ${index} came with wrong bytes. They were not written.`)
  }
  for (let at = 0; at < bytes.length;) {
    at += writeSync(file, bytes, at, bytes.length - at, index * pieceBytes + at)
  }
}

function readSmallFiles(root: string, files: readonly SmallFile[]): (Uint8Array | undefined)[] {
  using place = openPlace(root)
  return files.map(({ path, content }) => {
    try {
      if (content.length > pieceBytes) return undefined
      using file = place.openFile(path)
      if (file.stats.size !== BigInt(content.length)) return undefined
      const bytes = newBytes(content.length)
      readFully(file.fd, bytes, 0)
      if (bytes.length === 0) return bytes
      const expected = expectedPieceHash(content, undefined, 0)
      return isPiece(bytes, expected, 0, content.length) ? bytes : undefined
    } catch (error) {
      if (isNotToBeHad(error)) return undefined
      throw error
    }
  })
}

function openAt(at: FileAt): PlaceFile {
  if (typeof at === 'number') {
    return { fd: at, stats: fstatSync(at, { bigint: true }), [Symbol.dispose]: () => {} }
  }
  using place = openPlace(at.root)
  return place.openFile(at.path)
}

/** Fills `bytes` from `position` on. Throws ChangedError if the file ends before. */
function readFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;) {
    const count = readSync(fd, bytes, at, bytes.length - at, position + at)
    if (count === 0) throw changed()
    at += count
  }
}

/** Memory of its own, so that it can be handed to another thread. */
function newBytes(length: number): Uint8Array {
  const memory = Buffer.allocUnsafeSlow(length)
  return new Uint8Array(memory.buffer, memory.byteOffset, length)
}

function stampsOf({ ino, size, mtimeNs, ctimeNs }: Stamps): Stamps {
  return { ino, size, mtimeNs, ctimeNs }
}

function isSame(a: Stamps, b: Stamps): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs
}

function isNotToBeHad(error: unknown): boolean {
  return [MissingError, ChangedError, NotPlainError, UnreadableError].some(
    (one) => error instanceof one,
  )
}

function changed(): ChangedError {
  return new ChangedError('The file has changed meanwhile. Look at the newest state of the share.')
}

const strideBuffer = newBytes(pieceBytes)
