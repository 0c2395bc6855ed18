import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { MissingError } from '../base/errors.ts'
import { pieceBytes } from './content.ts'
import type { ContentId } from './content.ts'
import type { HashPool } from './hashing/hash-pool.ts'

/** A file of this computer that stands in no folder of ours, held open so that it stays the same file. */
export interface LocalFile extends AsyncDisposable {
  readonly content: ContentId
  /** The piece hashes of a file larger than one piece. */
  readonly layer: Uint8Array | undefined
  /** Rejects with ChangedError when the file is not any more what it was when it was opened. */
  piece(index: number, signal: AbortSignal): Promise<Uint8Array>
}

/** What the user of this computer puts into shares. */
export function localFiles(pool: HashPool) {
  return {
    /** Hashes the file. Rejects with MissingError, and with ChangedError if it is written to meanwhile. */
    open: async (path: string, signal: AbortSignal): Promise<LocalFile> => {
      await using closing = new AsyncDisposableStack()
      const handle = closing.use(await openForReading(path))
      const { content, layer } = await pool.hashFile(handle.fd, signal)
      const kept = closing.move()
      return {
        content,
        layer: content.length > pieceBytes ? layer : undefined,
        piece: (index, until) => {
          const expectedHash = layer.subarray(index * hashBytes, (index + 1) * hashBytes)
          const piece = { file: handle.fd, index, length: content.length, expectedHash }
          return pool.read(piece, until)
        },
        [Symbol.asyncDispose]: () => kept.disposeAsync(),
      }
    },
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (cause) {
    throw new MissingError(`${path} can't be read. Is it there, and may you?`, { cause })
  }
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new MissingError(`${path} is no file.`)
}

/** SHA-256. */
const hashBytes = 32
