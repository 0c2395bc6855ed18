import { openDatabase } from '../../../base/database.ts'
import type { Database } from '../../../base/database.ts'
import type { SwarmId } from '../bittorrent.ts'
import type { FileRange } from '../magnet/magnet.ts'
import type { Metainfo } from '../metainfo/metainfo.ts'
import { parseMetainfo } from '../metainfo/read-metainfo.ts'
import { writeMetainfo } from '../metainfo/write-metainfo.ts'
import type { InstalledFile, ResumeData } from '../storing/storing.ts'

/** A torrent as it is remembered. */
export interface StoredTorrentRow {
  readonly id: SwarmId
  /** What it was added by, or what has come of that. */
  readonly metainfo: Metainfo | undefined
  readonly magnet: string
  readonly destination: string
  readonly isPaused: boolean
  readonly isSequential: boolean
  readonly select: readonly FileRange[] | undefined
  readonly resume: ResumeData | undefined
  readonly uploadedBytes: number
  readonly downloadedBytes: number
}

/** Opens `torrents.db`: the torrents of this node, with what is here of them. */
export function openTorrentDatabase(path: string): Promise<Database> {
  return openDatabase({ path, durability: 'full', migrations: torrentMigrations })
}

/** Extended at the end, never edited. */
export const torrentMigrations = [
  `
  CREATE TABLE torrent (
    id TEXT PRIMARY KEY,
    metainfo BLOB,
    magnet TEXT NOT NULL,
    destination TEXT NOT NULL,
    paused INTEGER NOT NULL,
    sequential INTEGER NOT NULL,
    selected TEXT,
    have BLOB,
    installed TEXT,
    uploaded INTEGER NOT NULL,
    downloaded INTEGER NOT NULL
  ) STRICT;
  `,
]

export class ResumeStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async all(): Promise<StoredTorrentRow[]> {
    const rows = await this.#database.all('SELECT * FROM torrent ORDER BY rowid')
    return rows.map((row) => ({
      id: row['id'] as SwarmId,
      metainfo: row['metainfo'] ? parseMetainfo(row['metainfo'] as Uint8Array) : undefined,
      magnet: row['magnet'] as string,
      destination: row['destination'] as string,
      isPaused: row['paused'] === 1,
      isSequential: row['sequential'] === 1,
      select: row['selected'] ? (JSON.parse(row['selected'] as string) as FileRange[]) : undefined,
      resume: resumeIn(row['have'] as Uint8Array | null, row['installed'] as string | null),
      uploadedBytes: row['uploaded'] as number,
      downloadedBytes: row['downloaded'] as number,
    }))
  }

  /** Resolves when it survives a power cut. */
  async put(row: StoredTorrentRow): Promise<void> {
    const { id, metainfo, magnet, destination, resume, select } = row
    await this.#database.write([
      {
        sql: `INSERT OR REPLACE INTO torrent (id, metainfo, magnet, destination, paused, sequential,
          selected, have, installed, uploaded, downloaded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        values: [
          id,
          metainfo ? writeMetainfo(metainfo) : null,
          magnet,
          destination,
          row.isPaused ? 1 : 0,
          row.isSequential ? 1 : 0,
          select ? JSON.stringify(select) : null,
          resume?.have ?? null,
          resume ? JSON.stringify(resume.installed) : null,
          row.uploadedBytes,
          row.downloadedBytes,
        ],
      },
    ])
  }

  async remove(id: SwarmId): Promise<void> {
    await this.#database.write([{ sql: 'DELETE FROM torrent WHERE id = ?', values: [id] }])
  }
}

function resumeIn(have: Uint8Array | null, installed: string | null): ResumeData | undefined {
  return have ? { have, installed: JSON.parse(installed ?? '[]') as InstalledFile[] } : undefined
}
