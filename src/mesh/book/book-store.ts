import { openDatabase } from '../../base/database.ts'
import type { Database, Row, Statement } from '../../base/database.ts'
import { parsePeerId } from '../identity/peer-id.ts'
import type { AddressOrigin, Contact, PeerId } from '../mesh.ts'
import type { RememberedAddress } from './known-addresses.ts'
import { selfNamesMigration } from './self-names.ts'

/** The book's file. One of its own, since nothing in it has to change together with anything else. */
export function openBookDatabase(path: string): Promise<Database> {
  return openDatabase({ path, durability: 'full', migrations: bookMigrations })
}

export async function loadContacts(database: Database): Promise<Contact[]> {
  return (await database.all('SELECT * FROM contacts')).map(parseContact)
}

/** Best first for each peer, as they were stored. */
export async function loadAddresses(
  database: Database,
): Promise<{ peer: PeerId; address: RememberedAddress }[]> {
  const rows = await database.all('SELECT * FROM addresses ORDER BY peer, place')
  return rows.map((row) => ({ peer: parsePeerId(String(row['peer'])), address: parseAddress(row) }))
}

export function saveContact({ peer, petname, trust, sinceMs, lastSeenMs }: Contact): Statement {
  return {
    sql: 'REPLACE INTO contacts (peer, petname, trust, since_ms, last_seen_ms) VALUES (?, ?, ?, ?, ?)',
    values: [peer, petname, trust, sinceMs, lastSeenMs ?? null],
  }
}

export function removeContact(peer: PeerId): Statement {
  return { sql: 'DELETE FROM contacts WHERE peer = ?', values: [peer] }
}

/** Puts these in the place of all addresses of the peer; none forgets them. */
export function saveAddresses(
  peer: PeerId,
  addresses: readonly RememberedAddress[],
): readonly Statement[] {
  return [
    { sql: 'DELETE FROM addresses WHERE peer = ?', values: [peer] },
    ...addresses.map(({ host, port, origin, heardMs, reachedMs }, place) => ({
      sql: `INSERT INTO addresses (peer, place, host, port, origin, heard_ms, reached_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)`,
      values: [peer, place, host, port, origin, heardMs, reachedMs ?? null],
    })),
  ]
}

export const bookMigrations = [
  `CREATE TABLE contacts (
     peer TEXT PRIMARY KEY,
     petname TEXT NOT NULL,
     trust TEXT NOT NULL CHECK (trust IN ('known', 'trusted', 'blocked')),
     since_ms INTEGER NOT NULL,
     last_seen_ms INTEGER
   ) STRICT;
   CREATE TABLE addresses (
     peer TEXT NOT NULL,
     place INTEGER NOT NULL,
     host TEXT NOT NULL,
     port INTEGER NOT NULL,
     origin TEXT NOT NULL CHECK (origin IN ('user', 'host', 'lan', 'peer')),
     heard_ms INTEGER NOT NULL,
     reached_ms INTEGER,
     PRIMARY KEY (peer, place)
   ) STRICT`,
  selfNamesMigration,
]

/** The table's own checks vouch for the closed lists. */
function parseContact(row: Row): Contact {
  return {
    peer: parsePeerId(String(row['peer'])),
    petname: String(row['petname']),
    trust: row['trust'] as Contact['trust'],
    sinceMs: Number(row['since_ms']),
    lastSeenMs: parseTime(row['last_seen_ms']),
  }
}

function parseAddress(row: Row): RememberedAddress {
  return {
    host: String(row['host']),
    port: Number(row['port']),
    origin: row['origin'] as AddressOrigin,
    heardMs: Number(row['heard_ms']),
    reachedMs: parseTime(row['reached_ms']),
  }
}

function parseTime(value: Row[string] | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
