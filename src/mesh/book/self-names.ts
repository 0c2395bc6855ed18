import type { Database, Row, Statement } from '../../base/database.ts'
import { displayText } from '../../base/display-text.ts'
import { parsePeerId } from '../identity/peer-id.ts'
import type { PeerId } from '../mesh.ts'

/**
 * What peers call themselves: hearsay, which lets people recognise somebody in a log long after. Two peers
 * may say the same name, so it never stands alone and finds nobody.
 */
export class SelfNames {
  /** In the order in which they are forgotten: who was heard of least recently is first. */
  readonly #nameByPeer = new Map<PeerId, string>()

  load(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#nameByPeer.set(parsePeerId(String(row['peer'])), String(row['name']))
    }
  }

  get(peer: PeerId): string | undefined {
    return this.#nameByPeer.get(peer)
  }

  peers(): Iterable<PeerId> {
    return this.#nameByPeer.keys()
  }

  /** Takes it into memory at once and returns what makes it last; nothing for what was known, or is no name. */
  heard(peer: PeerId, text: string, nowMs: number): Statement[] {
    const name = displayText(text, nameCharsMax)
    if (name === '' || name === this.#nameByPeer.get(peer)) return []
    this.#nameByPeer.delete(peer)
    this.#nameByPeer.set(peer, name)
    const put = {
      sql: 'REPLACE INTO self_names (peer, name, heard_ms) VALUES (?, ?, ?)',
      values: [peer, name, nowMs],
    }
    return [put, ...this.#forget()]
  }

  #forget(): Statement[] {
    const [oldest] = this.#nameByPeer.keys()
    if (this.#nameByPeer.size <= namesMax || oldest === undefined) return []
    this.#nameByPeer.delete(oldest)
    return [{ sql: 'DELETE FROM self_names WHERE peer = ?', values: [oldest] }]
  }
}

export function loadSelfNames(database: Database): Promise<Row[]> {
  return database.all('SELECT peer, name FROM self_names ORDER BY heard_ms')
}

export const selfNamesMigration = `CREATE TABLE self_names (
     peer TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     heard_ms INTEGER NOT NULL
   ) STRICT`

/** As on the LAN: DNS-SD has room for 63 bytes. */
const nameCharsMax = 63

/** PeerIds are free for whoever wants to fill the book with them. */
const namesMax = 4096
