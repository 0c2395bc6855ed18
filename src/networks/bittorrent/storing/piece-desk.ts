import { hash } from 'node:crypto'
import { fdatasyncSync, readSync, writeSync } from 'node:fs'
import { equalBytes } from '../../../base/bytes.ts'
import { fold, leafHashes } from '../../../content/hashing/merkle.ts'
import { installFile } from './install-file.ts'
import type { FileSpan, PieceHashes, PieceJobs, PieceToHash } from './piece-job.ts'
import type { PieceCheck } from './storing.ts'

/** What a storing thread does with a job: it waits for all of it. */
export const pieceDesk: PieceJobs = {
  write: (bytes, check, spans) => {
    if (!isRight(bytes, check)) return false
    for (const span of spans) writeSpan(bytes, span)
    return true
  },
  check: (pieceBytes, check, spans) => {
    const bytes = readPiece(pieceBytes, spans)
    return bytes !== undefined && isRight(bytes, check)
  },
  hash: (pieces) => pieces.map(hashPiece),
  sync: fdatasyncSync,
  install: installFile,
}

function isRight(bytes: Uint8Array, check: PieceCheck): boolean {
  const found =
    check.kind === 'sha1'
      ? hash('sha1', bytes, 'buffer')
      : fold(leafHashes(bytes.subarray(0, check.hashedBytes)), check.leavesMin, 0)
  return equalBytes(found, check.expected)
}

function hashPiece({ pieceBytes, spans, sha1, merkle }: PieceToHash): PieceHashes {
  const bytes = readPiece(pieceBytes, spans)
  if (!bytes) throw new Error('a file is shorter than it was')
  return {
    sha1: sha1 ? hash('sha1', bytes, 'buffer') : undefined,
    merkle: merkle && fold(leafHashes(bytes.subarray(0, merkle.hashedBytes)), merkle.leavesMin, 0),
  }
}

/** Undefined if a file ends before. */
function readPiece(pieceBytes: number, spans: readonly FileSpan[]): Uint8Array | undefined {
  if (pieceBuffer.length < pieceBytes) pieceBuffer = Buffer.allocUnsafeSlow(pieceBytes)
  const bytes = pieceBuffer.subarray(0, pieceBytes)
  let filled = 0
  for (const { fd, position, at, length } of spans) {
    bytes.fill(0, filled, at)
    for (let done = 0; done < length;) {
      const count = readSync(fd, bytes, at + done, length - done, position + done)
      if (count === 0) return undefined
      done += count
    }
    filled = at + length
  }
  bytes.fill(0, filled)
  return bytes
}

function writeSpan(bytes: Uint8Array, { fd, position, at, length }: FileSpan): void {
  for (let done = 0; done < length;) {
    done += writeSync(fd, bytes, at + done, length - done, position + done)
  }
}

/** Used again for each piece that is read. */
let pieceBuffer = Buffer.alloc(0)
