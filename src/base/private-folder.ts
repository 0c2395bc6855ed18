import { chmod, lstat, mkdir } from 'node:fs/promises'
import { NodeError } from './errors.ts'

/** A folder that should be this user's alone is somebody else's, or no folder. */
export class ForeignFolderError extends NodeError {
  override readonly name = 'ForeignFolderError'
  readonly kind = 'denied'
  readonly path: string
  constructor(path: string, detail: string) {
    super(`${path} can't be used: ${detail}. Move it away, or set FULLMESH_HOME to another folder.`)
    this.path = path
  }
}

/**
 * Makes the folder if it is missing, and shuts it to everybody else (0700). Rejects with
 * ForeignFolderError if it is a link, no folder, or another user's.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const stats = await lstat(path)
  if (!stats.isDirectory()) throw new ForeignFolderError(path, 'it is a link, not a folder')
  const user = process.getuid?.()
  if (user !== undefined && stats.uid !== user) {
    throw new ForeignFolderError(path, 'it belongs to another user')
  }
  if (user !== undefined && (stats.mode & 0o077) !== 0) await chmod(path, 0o700)
}
