import { toHex } from '../../src/base/bytes.ts'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
/**
 * A process that makes heads as fast as it can and says each aloud, until it is killed. Its arguments: the
 * database, and the name of the test share.
 */
import { parsePageHash } from '../../src/content/content-id.ts'
import { HeadChain } from '../../src/shares/head-chain.ts'
import { openShareDatabase } from '../../src/shares/share-database.ts'
import { ShareStore } from '../../src/shares/share-store.ts'
import { testRecord, testShareKey } from './test-share.ts'

const [, , path = '', name = ''] = process.argv
const key = testShareKey(name)
const database = await openShareDatabase(path)
const store = new ShareStore(database)
if ((await store.all()).length === 0) await store.put(testRecord(key))
const chain = new HeadChain(key, store, systemClock, await store.head(key.id))
chain.changed.subscribe(({ head, bytes }) => {
  process.stdout.write(`${head.sequence} ${toHex(bytes)}\n`)
})
for (;;) {
  await chain.next(async () => ({
    summary: { tree: parsePageHash(systemRandom.bytes(32)), files: 1, bytes: 1 },
    generations: { read: 1, change: 1 },
    indexing: false,
    revoked: [],
  }))
}
