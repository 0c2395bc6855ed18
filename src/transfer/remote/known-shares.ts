import type { Database, Row, SqlValue, Statement } from '../../base/database.ts'
import { displayText } from '../../base/display-text.ts'
import { Serial } from '../../base/serial.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { parseSignedHead } from '../../shares/head.ts'
import { parseShareId } from '../../shares/share-id.ts'
import type { Scope, ShareId, SignedHead } from '../../shares/shares.ts'
import type { KnownShare } from '../transfer.ts'

/** A known share with all that has to outlive a restart. */
export interface ShareRecord extends KnownShare {
  /** What the invite link proves to be known. */
  readonly secret: Uint8Array | undefined
  /** The newest head ever seen: an older one is a rollback. */
  readonly head: SignedHead | undefined
  /** The newest one; when it has expired, it still shows deputies that we were let in. */
  readonly capability: Uint8Array | undefined
  /** Peers that served the share last, for when the owner is away; at most 16. */
  readonly holders: readonly PeerId[]
  readonly alarm: HeadAlarm | undefined
}

/** Numbers of heads that must not be; what is needed to raise the error again. */
export type HeadAlarm =
  | { readonly kind: 'fork'; readonly sequence: number }
  | { readonly kind: 'rollback'; readonly pinnedSequence: number; readonly sequence: number }

export type ShareUpdate = Partial<Omit<ShareRecord, 'id' | 'owner'>>

/** Other nodes' shares, in memory and on disk. Opened by openKnownShares. */
export class KnownShares {
  readonly #database: Database
  readonly #recordsById: Map<ShareId, ShareRecord>
  readonly #writes = new Serial()

  constructor(database: Database, records: readonly ShareRecord[]) {
    this.#database = database
    this.#recordsById = new Map(records.map((record) => [record.id, record]))
  }

  all(): readonly ShareRecord[] {
    return [...this.#recordsById.values()]
  }

  byId(id: ShareId): ShareRecord | undefined {
    return this.#recordsById.get(id)
  }

  /** Remembers a share, or what is new about one. Its name is made safe, and unique for its owner. Durable when it resolves. */
  async put(id: ShareId, owner: PeerId, update: ShareUpdate): Promise<ShareRecord> {
    const known = this.#recordsById.get(id) ?? newRecord(id, owner)
    const name = update.name === undefined ? known.name : this.#freeName(id, owner, update.name)
    const record = { ...known, owner, ...update, name }
    this.#recordsById.set(id, record)
    await this.#write({ sql: upsert, values: valuesOf(record) })
    return record
  }

  async forget(id: ShareId): Promise<void> {
    this.#recordsById.delete(id)
    await this.#write({ sql: 'DELETE FROM share WHERE id = ?', values: [id] })
  }

  /** Resolves when all that was put is on the disk. */
  idle(): Promise<void> {
    return this.#writes.idle()
  }

  #write(statement: Statement): Promise<unknown> {
    return this.#writes.run(() => this.#database.write([statement]))
  }

  #freeName(id: ShareId, owner: PeerId, text: string): string {
    const name = displayText(text, nameCharsMax).replaceAll('/', ' ') || 'share'
    const taken = new Set(
      this.all()
        .filter((record) => record.owner === owner && record.id !== id)
        .map((record) => record.name),
    )
    let free = name
    for (let number = 2; taken.has(free); number++) free = `${name} ${number}`
    return free
  }
}

/** The shares that are known in the database, which stays its owner's. */
export async function openKnownShares(database: Database): Promise<KnownShares> {
  const rows = await database.all('SELECT * FROM share ORDER BY rowid')
  return new KnownShares(database, rows.map(recordOf))
}

const upsert = `INSERT INTO share (id, owner, name, scope, secret, head, capability, holders, alarm)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, name = excluded.name, scope = excluded.scope,
    secret = excluded.secret, head = excluded.head, capability = excluded.capability,
    holders = excluded.holders, alarm = excluded.alarm`

function valuesOf(record: ShareRecord): SqlValue[] {
  return [
    record.id,
    record.owner,
    record.name,
    record.scope ?? null,
    record.secret ?? null,
    record.head?.bytes ?? null,
    record.capability ?? null,
    record.holders.join(' '),
    record.alarm ? JSON.stringify(record.alarm) : null,
  ]
}

function recordOf(row: Row): ShareRecord {
  const id = parseShareId(String(row['id']))
  const head = bytesOf(row['head'])
  const alarm = row['alarm']
  return {
    id,
    owner: parsePeerId(String(row['owner'])),
    name: String(row['name']),
    scope: (row['scope'] ?? undefined) as Scope | undefined,
    secret: bytesOf(row['secret']),
    head: head && parseSignedHead(head, id),
    capability: bytesOf(row['capability']),
    holders: String(row['holders']).split(' ').filter(Boolean).map(parsePeerId),
    alarm: typeof alarm === 'string' ? (JSON.parse(alarm) as HeadAlarm) : undefined,
  }
}

function bytesOf(value: SqlValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined
}

function newRecord(id: ShareId, owner: PeerId): ShareRecord {
  return {
    ...{ id, owner, name: 'share', scope: undefined, secret: undefined, head: undefined },
    ...{ capability: undefined, holders: [], alarm: undefined },
  }
}

const nameCharsMax = 100
