import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Clock } from '../../../base/clock.ts'
import type { Database, Row } from '../../../base/database.ts'
import type { SharePath } from '../../../content/content.ts'
import { nameOf, parentOf, parseSharePath } from '../../../content/names.ts'
import type { ShareId } from '../../../shares/shares.ts'
import { belowPath, movedPath } from '../below.ts'
import type { FileItem } from '../drive.ts'
import { DavError } from '../errors.ts'

/**
 * What file managers strew over every disk that they show: icons' places, thumbnails, resource forks. They get
 * them back, on this computer, and nobody else ever sees them.
 */
export function isPrivatePath(path: SharePath): boolean {
  if (path === '') return false
  const name = nameOf(path).toLowerCase()
  return name.startsWith('._') || privateNames.has(name)
}

/** Keeps such files for each share, whether it can be changed or not. */
export class PrivateFiles {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async item(share: ShareId, path: SharePath): Promise<FileItem | undefined> {
    const [row] = await this.#database.all(`${select} WHERE share = ? AND path = ?`, [share, path])
    return row && itemOf(row)
  }

  async items(share: ShareId, directory: SharePath): Promise<FileItem[]> {
    const found = await this.#database.all(`${select} WHERE share = ? AND parent = ?`, [
      share,
      directory,
    ])
    return found.map(itemOf)
  }

  async bytes(share: ShareId, path: SharePath): Promise<Uint8Array> {
    const sql = 'SELECT bytes FROM private_files WHERE share = ? AND path = ?'
    const [row] = await this.#database.all(sql, [share, path])
    const bytes = row?.['bytes']
    return bytes instanceof Uint8Array ? bytes : new Uint8Array()
  }

  /** Rejects with DavError 507 when this share has too much of it. */
  async put(share: ShareId, path: SharePath, localFile: string): Promise<void> {
    const { size } = await stat(localFile)
    const sql = 'SELECT total(length(bytes)) AS total FROM private_files WHERE share = ?'
    const [row] = await this.#database.all(sql, [share])
    if (size > fileBytesMax || size + Number(row?.['total'] ?? 0) > shareBytesMax) {
      throw new DavError(507, 'There is no room for more of what file managers leave behind.')
    }
    const bytes = await readFile(localFile)
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
    const values = [share, path, parentOf(path), bytes, etag, this.#clock.now()]
    await this.#database.write([
      { sql: `INSERT OR REPLACE ${into} VALUES (?, ?, ?, ?, ?, ?)`, values },
    ])
  }

  /** What stands at `path` or below it goes. */
  async remove(share: ShareId, path: SharePath): Promise<void> {
    const { where, values } = belowPath(share, path)
    await this.#database.write([{ sql: `DELETE FROM private_files WHERE ${where}`, values }])
  }

  /** A directory went elsewhere, with all that stands in it. */
  async moved(share: ShareId, from: SharePath, to: SharePath): Promise<void> {
    await this.#database.write([movedPath('private_files', share, from, to)])
  }
}

function itemOf(row: Row): FileItem {
  return {
    kind: 'file',
    path: parseSharePath(String(row['path'])),
    bytes: Number(row['bytes']),
    mtimeMs: Number(row['mtime_ms']),
    executable: false,
    etag: String(row['etag']),
    content: undefined,
  }
}

const into = 'INTO private_files (share, path, parent, bytes, etag, mtime_ms)'
const select = 'SELECT path, length(bytes) AS bytes, etag, mtime_ms FROM private_files'

/** Of macOS and Windows; `._` before a name is a resource fork. */
const privateNames: ReadonlySet<string> = new Set(['.ds_store', 'thumbs.db', 'desktop.ini'])

/** Icons and resource forks are small; what is larger belongs into a share. */
const fileBytesMax = 16 * 1024 * 1024
const shareBytesMax = 256 * 1024 * 1024
