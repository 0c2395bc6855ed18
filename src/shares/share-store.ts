import type { Database, Row, Statement } from '../base/database.ts'
import { parseName } from '../content/names.ts'
import { parsePeerId } from '../mesh/identity/peer-id.ts'
import type { PasswordRecord } from './access/opaque.ts'
import { parseSignedHead } from './head.ts'
import { parseShareId } from './share-id.ts'
import { openShareKey } from './share-key.ts'
import type { ShareRecord } from './share-record.ts'
import type { ChangeRule, ReadRule, Scope, ShareId, SignedHead } from './shares.ts'

/** Where the shares of this node are kept. Each write is one transaction. */
export class ShareStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async all(): Promise<ShareRecord[]> {
    const rows = await this.#database.all('SELECT * FROM shares ORDER BY name')
    return Promise.all(rows.map((row) => this.#recordOf(row)))
  }

  /** Keeps a new share, or what became of one. */
  async put(record: ShareRecord): Promise<void> {
    const { id, key, folder, settings, generations, secret } = record
    const { name, read, change } = settings
    const values = [id, key.secret, folder, name, read, change]
    await this.#database.write([
      { sql: upsert, values: [...values, generations.read, generations.change, secret] },
      ...passwordStatements(record),
      ...revocationStatements(record),
    ])
  }

  async remove(id: ShareId): Promise<void> {
    const tables = ['grants', 'guesses', 'activities']
    await this.#database.write([
      { sql: 'DELETE FROM shares WHERE id = ?', values: [id] },
      ...tables.map((table) => ({ sql: `DELETE FROM ${table} WHERE share = ?`, values: [id] })),
    ])
  }

  async head(id: ShareId): Promise<SignedHead | undefined> {
    const [row] = await this.#database.all('SELECT bytes FROM heads WHERE share = ?', [id])
    return row && parseSignedHead(row['bytes'] as Uint8Array, id)
  }

  /** Resolves when the head survives a power cut. Throws if its number was used before: that is never to happen. */
  async putHead({ head, bytes }: SignedHead): Promise<void> {
    const values = [head.share, head.sequence, bytes]
    const [changed] = await this.#database.write([{ sql: nextHead, values }])
    if (changed !== 1) throw new Error(`head ${head.sequence} of ${head.share} was made before`)
  }

  async #recordOf(row: Row): Promise<ShareRecord> {
    const id = parseShareId(String(row['id']))
    const passwords = await this.#database.all('SELECT * FROM passwords WHERE share = ?', [id])
    const revoked = await this.#database.all('SELECT peer FROM revocations WHERE share = ?', [id])
    return {
      id,
      key: openShareKey(row['key'] as Uint8Array),
      folder: String(row['folder']),
      settings: {
        name: parseName(String(row['name'])),
        read: String(row['read']) as ReadRule,
        change: String(row['change']) as ChangeRule,
      },
      generations: {
        read: Number(row['read_generation']),
        change: Number(row['change_generation']),
      },
      secret: row['secret'] as Uint8Array,
      passwords: Object.fromEntries(passwords.map(passwordOf)),
      revoked: revoked.map((one) => parsePeerId(String(one['peer']))),
    }
  }
}

function passwordOf(row: Row): [Scope, PasswordRecord] {
  const kept = { setup: row['setup'] as Uint8Array, record: row['record'] as Uint8Array }
  return [String(row['scope']) as Scope, kept]
}

function passwordStatements({ id, passwords }: ShareRecord): Statement[] {
  return [
    { sql: 'DELETE FROM passwords WHERE share = ?', values: [id] },
    ...Object.entries(passwords).map(([scope, { setup, record }]) => ({
      sql: 'INSERT INTO passwords VALUES (?, ?, ?, ?)',
      values: [id, scope, setup, record],
    })),
  ]
}

function revocationStatements({ id, revoked }: ShareRecord): Statement[] {
  return [
    { sql: 'DELETE FROM revocations WHERE share = ?', values: [id] },
    ...revoked.map((peer) => ({
      sql: 'INSERT INTO revocations VALUES (?, ?)',
      values: [id, peer],
    })),
  ]
}

const upsert = `
  INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, read = excluded.read, change = excluded.change,
    read_generation = excluded.read_generation, change_generation = excluded.change_generation,
    secret = excluded.secret`

/** A number that is not higher changes nothing. */
const nextHead = `
  INSERT INTO heads VALUES (?, ?, ?)
  ON CONFLICT (share) DO UPDATE SET sequence = excluded.sequence, bytes = excluded.bytes
  WHERE excluded.sequence > heads.sequence`
