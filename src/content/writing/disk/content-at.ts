import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import { pieceCount, pieceLength } from '../../content-id.ts'
import { pieceBytes } from '../../content.ts'
import type { ContentId } from '../../content.ts'
import { contentOf, hashLength, leafHashes, pieceHash } from '../../hashing/merkle.ts'
import type { Stamps } from '../../index/index-writer.ts'
import { equalStamps } from './stamps.ts'

/**
 * Hashes the file at `path`; undefined if it is not, or no longer, the one with these stamps. Keeps its
 * thread busy for as long as that takes, so that nobody else of ours touches it meanwhile.
 */
export function contentAt(path: string, stamps: Stamps): ContentId | undefined {
  const file = openToRead(path)
  try {
    if (!equalStamps(fstatSync(file, { bigint: true }), stamps)) return undefined
    const content = contentOfOpen(file, Number(stamps.size))
    return equalStamps(fstatSync(file, { bigint: true }), stamps) ? content : undefined
  } finally {
    closeSync(file)
  }
}

/** Hashes an open file; undefined if it ends before `length`. Lets others have the thread between two pieces. */
export async function contentInTurns(file: number, length: number): Promise<ContentId | undefined> {
  const hashing = hashPieces(length)
  let step = hashing.next()
  while (!step.done) {
    const { bytes, position } = step.value
    const { bytesRead } = await readLater(file, bytes, 0, bytes.length, position)
    if (bytesRead < bytes.length) return undefined
    step = hashing.next()
  }
  return step.value
}

/** Neither through a link at its end, nor waiting for whoever writes into a pipe. */
export function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

function contentOfOpen(file: number, length: number): ContentId | undefined {
  const hashing = hashPieces(length)
  let step = hashing.next()
  while (!step.done) {
    const { bytes, position } = step.value
    if (readSync(file, bytes, 0, bytes.length, position) < bytes.length) return undefined
    step = hashing.next()
  }
  return step.value
}

/** Asks for one piece after another to be read into `bytes`, and ends with the content they are. */
function* hashPieces(
  length: number,
): Generator<{ readonly bytes: Uint8Array; readonly position: number }, ContentId> {
  const hashes = new Uint8Array(pieceCount(length) * hashLength)
  const buffer = new Uint8Array(Math.min(length, pieceBytes))
  for (let index = 0; index < pieceCount(length); index++) {
    const bytes = buffer.subarray(0, pieceLength(length, index))
    yield { bytes, position: index * pieceBytes }
    hashes.set(pieceHash(leafHashes(bytes), length), index * hashLength)
  }
  return contentOf(hashes, length)
}

const readLater = promisify(read)
