import { parsePageHash } from '../../src/content/content-id.ts'
import { newShareKey } from '../../src/shares/share-key.ts'
import type { ShareKey } from '../../src/shares/share-key.ts'
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
