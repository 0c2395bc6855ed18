import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { equalBytes, sha256 } from '../../base/bytes.ts'
import { hashBytes, parsePageHash } from '../content-id.ts'
import type { Page, PageHash } from '../content.ts'
import { decodePage, encodePage } from '../tree/page.ts'
import type { EncodedPage } from '../tree/page.ts'
import { bytesIn } from './row.ts'

/**
 * Encoded pages by hash. Our own tree's count how often it names them, since directories with the same
 * content share theirs; those of another node's tree are kept until told otherwise. A page that
 * neither wants stays for a while, because a reader may be on its way through an older tree.
 */
export class PageStore {
  readonly #get: StatementSync
  readonly #use: StatementSync
  readonly #release: StatementSync
  readonly #keep: StatementSync
  readonly #kept: StatementSync
  readonly #letGo: StatementSync
  readonly #giveNotice: StatementSync
  readonly #drop: StatementSync

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT body FROM pages WHERE hash = ?')
    this.#use = database.prepare(
      `INSERT INTO pages (hash, uses, kept, body) VALUES (?, 1, 0, ?)
       ON CONFLICT (hash) DO UPDATE SET uses = uses + 1, leaves_ms = NULL`,
    )
    this.#release = database.prepare('UPDATE pages SET uses = uses - 1 WHERE hash = ?')
    this.#keep = database.prepare(
      `INSERT INTO pages (hash, uses, kept, body) VALUES (?, 0, 1, ?)
       ON CONFLICT (hash) DO UPDATE SET kept = 1, leaves_ms = NULL`,
    )
    this.#kept = database.prepare('SELECT hash FROM pages WHERE kept = 1')
    this.#letGo = database.prepare('UPDATE pages SET kept = 0 WHERE hash = ?')
    this.#giveNotice = database.prepare(
      'UPDATE pages SET leaves_ms = ? WHERE uses = 0 AND kept = 0 AND leaves_ms IS NULL',
    )
    this.#drop = database.prepare(
      'DELETE FROM pages WHERE uses = 0 AND kept = 0 AND leaves_ms <= ?',
    )
  }

  /** The bytes of a page, undefined when it is not here or the disk has spoiled it. */
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
    this.#release.run(hashBytes(hash))
  }

  /** Keeps a page of another node's tree. Throws MalformedError if it is none. */
  keep(bytes: Uint8Array): void {
    const { hash } = encodePage(decodePage(bytes))
    this.#keep.run(hashBytes(hash), bytes)
  }

  /** Lets go of the kept pages that none of these trees reaches. */
  forgetAllBut(trees: readonly PageHash[]): void {
    const wanted = new Set<PageHash>()
    for (const tree of trees) this.#collect(tree, wanted)
    for (const row of this.#kept.all()) {
      const hash = parsePageHash(bytesIn(row, 'hash'))
      if (!wanted.has(hash)) this.#letGo.run(hashBytes(hash))
    }
  }

  /** Drops what has had its time, and gives notice to what nobody wants since the last call. */
  purge(nowMs: number): void {
    this.#drop.run(nowMs)
    this.#giveNotice.run(nowMs + noticeMs)
  }

  #collect(hash: PageHash, into: Set<PageHash>): void {
    if (into.has(hash)) return
    into.add(hash)
    const page = this.page(hash)
    if (page?.kind === 'fork') for (const below of page.pages) this.#collect(below.hash, into)
    if (page?.kind !== 'leaf') return
    for (const entry of page.entries) {
      if (entry.kind === 'directory') this.#collect(entry.summary.tree, into)
    }
  }
}

/** Longer than a walk through the largest tree takes over a slow link. */
const noticeMs = 10 * 60_000
