import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { equalBytes, sha256 } from '../../base/bytes.ts'
import { hashBytes, parsePageHash } from '../content-id.ts'
import type { Page, PageHash } from '../content.ts'
import { decodePage, encodePage } from '../tree/page.ts'
import type { EncodedPage } from '../tree/page.ts'
import { bytesIn, numberIn } from './row.ts'
import type { ToldTime } from './told-time.ts'

/**
 * Encoded pages by hash. Our own tree's count how often it names them, since directories with the same
 * content share theirs. One that it names no more stays for a while, because a reader may be on its way
 * through an older tree; those of another node's tree stay until nobody wants that tree.
 */
export class PageStore {
  readonly #time: ToldTime
  readonly #get: StatementSync
  readonly #use: StatementSync
  readonly #release: StatementSync
  readonly #keep: StatementSync
  readonly #kept: StatementSync
  readonly #countKept: StatementSync
  readonly #letGo: StatementSync
  readonly #purge: StatementSync

  constructor(database: DatabaseSync, time: ToldTime) {
    this.#time = time
    this.#get = database.prepare('SELECT body FROM pages WHERE hash = ?')
    this.#use = database.prepare(
      `INSERT INTO pages (hash, uses, leaves_ms, body) VALUES (?, 1, 0, ?)
       ON CONFLICT (hash) DO UPDATE SET uses = uses + 1`,
    )
    this.#release = database.prepare(
      'UPDATE pages SET uses = uses - 1, leaves_ms = max(leaves_ms, ?) WHERE hash = ?',
    )
    this.#keep = database.prepare(
      `INSERT INTO pages (hash, uses, leaves_ms, body) VALUES (?, 0, ?, ?)
       ON CONFLICT (hash) DO UPDATE SET leaves_ms = max(leaves_ms, excluded.leaves_ms)`,
    )
    this.#kept = database.prepare('SELECT hash FROM pages WHERE uses = 0 AND leaves_ms >= ?')
    this.#countKept = database.prepare(
      'SELECT count(*) AS count FROM pages WHERE uses = 0 AND leaves_ms >= ?',
    )
    this.#letGo = database.prepare('UPDATE pages SET leaves_ms = ? WHERE hash = ?')
    this.#purge = database.prepare('DELETE FROM pages WHERE uses = 0 AND leaves_ms <= ?')
  }

  /** The bytes of a page; undefined when it is not here, or the disk has spoiled it. */
  bytes(hash: PageHash): Uint8Array | undefined {
    const row = this.#get.get(hashBytes(hash))
    if (!row) return undefined
    const body = bytesIn(row, 'body')
    return equalBytes(sha256(body), hashBytes(hash)) ? body : undefined
  }

  page(hash: PageHash): Page | undefined {
    const bytes = this.bytes(hash)
    return bytes && decodePage(bytes)
  }

  /** Our tree names this page once more. */
  use({ hash, bytes }: EncodedPage): void {
    this.#use.run(hashBytes(hash), bytes)
  }

  /** Our tree names this page once less. */
  release(hash: PageHash): void {
    this.#release.run(this.#time.nowMs + pastMs, hashBytes(hash))
  }

  /** Keeps a page of another node's tree. Throws MalformedError if it is none. */
  keep(bytes: Uint8Array): void {
    const { hash } = encodePage(decodePage(bytes))
    this.#keep.run(hashBytes(hash), neverMs, bytes)
  }

  /** The pages that are kept for other nodes' trees. */
  kept(): PageHash[] {
    return this.#kept.all(neverMs).map((row) => parsePageHash(bytesIn(row, 'hash')))
  }

  keptCount(): number {
    return numberIn(this.#countKept.get(neverMs) ?? {}, 'count')
  }

  /** Keeps this page no longer, once whoever is on its way through an older tree is through. */
  letGo(hash: PageHash): void {
    this.#letGo.run(this.#time.nowMs + pastMs, hashBytes(hash))
  }

  /** Drops what has had its time. */
  purge(): void {
    this.#purge.run(this.#time.nowMs)
  }
}

/** Longer than a walk through the largest tree takes over a slow link. */
const pastMs = 10 * 60_000

/** The last time that there is. */
const neverMs = 8.64e15
