import { parsePageHash } from '../../src/content/content-id.ts'
import { parseName } from '../../src/content/names.ts'
import { newShareKey } from '../../src/shares/share-key.ts'
import type { ShareKey } from '../../src/shares/share-key.ts'
import type { ShareRecord } from '../../src/shares/share-record.ts'
import type { Head } from '../../src/shares/shares.ts'
import { seededRandom } from './seeded-random.ts'

/** The key of the test share `name`: the same in every run. */
export function testShareKey(name: string): ShareKey {
  return newShareKey(seededRandom(`share ${name}`))
}

/** The first head of a share with three files, or the one that `change` makes of it. */
export function testHead(key: ShareKey, change: Partial<Head> = {}): Head {
  return {
    share: key.id,
    sequence: 1,
    previous: new Uint8Array(32),
    summary: { tree: parsePageHash(new Uint8Array(32).fill(0xaa)), files: 3, bytes: 4096 },
    timeMs: Date.UTC(2030, 0, 1),
    generations: { read: 1, change: 1 },
    indexing: false,
    revoked: [],
    ...change,
  }
}

/** How the share of `key` is kept: for everyone to read. */
export function testRecord(key: ShareKey, change: Partial<ShareRecord> = {}): ShareRecord {
  return {
    id: key.id,
    key,
    folder: '/home/ana/Photos',
    settings: { name: parseName('Photos'), read: 'everyone', change: 'nobody' },
    generations: { read: 1, change: 1 },
    secret: new Uint8Array(16).fill(5),
    passwords: {},
    revoked: [],
    ...change,
  }
}
