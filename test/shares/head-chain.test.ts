import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'
import { fromHex } from '../../src/base/bytes.ts'
import type { Database } from '../../src/base/database.ts'
import { parsePageHash } from '../../src/content/content-id.ts'
import { HeadChain } from '../../src/shares/head-chain.ts'
import type { HeadContent } from '../../src/shares/head-chain.ts'
import { comparePinned } from '../../src/shares/head-pin.ts'
import { parseSignedHead } from '../../src/shares/head.ts'
import { openShareDatabase, shareMigrations } from '../../src/shares/share-database.ts'
import { ShareStore } from '../../src/shares/share-store.ts'
import type { SignedHead } from '../../src/shares/shares.ts'
import { ManualClock } from '../kit/manual-clock.ts'
import { memoryDatabase } from '../kit/memory-database.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import { testRecord, testShareKey } from '../kit/test-share.ts'

const key = testShareKey('photos')

suite('the heads of a share', () => {
  test('follow one another', async () => {
    await using database = memoryDatabase(shareMigrations)
    const { chain } = await opened(database)
    const heads = [
      await chain.next(saying(1)),
      await chain.next(saying(2)),
      await chain.next(saying(3)),
    ]
    assert.deepEqual(
      heads.map(({ head }) => head.sequence),
      [1, 2, 3],
    )
    heads.reduce<SignedHead | undefined>((pinned, head) => {
      assert.equal(comparePinned(pinned, parseSignedHead(head.bytes, key.id)), 'newer')
      return head
    }, undefined)
  })

  test('say nothing twice', async () => {
    await using database = memoryDatabase(shareMigrations)
    const { chain } = await opened(database)
    const heads: SignedHead[] = []
    chain.changed.subscribe((head) => heads.push(head))
    await Promise.all([chain.next(saying(1)), chain.next(saying(1)), chain.next(saying(1))])
    assert.equal(heads.length, 1)
    await chain.next(saying(1, { indexing: true }))
    await chain.next(saying(1, { indexing: true, generations: { read: 2, change: 1 } }))
    assert.equal(chain.newest()?.head.sequence, 3)
  })

  test('go on after a restart', async () => {
    await using database = memoryDatabase(shareMigrations)
    const before = await opened(database)
    await before.chain.next(saying(1))
    const { chain } = await opened(database)
    assert.equal(chain.newest()?.head.sequence, 1)
    assert.equal((await chain.next(saying(2))).head.sequence, 2)
  })

  test('are told to nobody before they are on the disk', async () => {
    await using database = memoryDatabase(shareMigrations)
    const { store } = await opened(database)
    const disk = Promise.withResolvers<void>()
    const slow = new ShareStore({
      ...database,
      write: async (...call) => {
        await disk.promise
        return database.write(...call)
      },
    })
    const clock = new ManualClock()
    const chain = new HeadChain(key, slow, clock, await store.head(key.id))
    const told: SignedHead[] = []
    chain.changed.subscribe((head) => told.push(head))
    const made = chain.next(saying(1))
    await clock.advance(60_000)
    assert.equal(told.length, 0)
    assert.equal(chain.newest(), undefined)
    disk.resolve()
    await made
    assert.equal(told.length, 1)
  })

  test('have no number that was used before, even if the chain has forgotten it', async () => {
    await using database = memoryDatabase(shareMigrations)
    const { chain, store } = await opened(database)
    await chain.next(saying(1))
    const forgetful = new HeadChain(key, store, new ManualClock(), undefined)
    await assert.rejects(forgetful.next(saying(2)), /head 1 .* was made before/)
    assert.equal(forgetful.newest(), undefined)
  })

  test('have no number twice, whenever the node is killed', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'shares.db')
    const bytesBySequence = new Map<string, string>()
    for (let life = 1; life <= 3; life++) {
      for (const said of await lifeOfHeadMaker(path, 10 * life)) {
        const [sequence = '', bytes = ''] = said.split(' ')
        assert.equal(bytesBySequence.get(sequence), undefined, `head ${sequence} was said before`)
        bytesBySequence.set(sequence, bytes)
      }
    }
    await using database = await openShareDatabase(path)
    const kept = (await opened(database)).chain.newest()
    const sequences = [...bytesBySequence.keys()].map(Number)
    assert.ok(sequences.length >= 55)
    assert.ok(kept && kept.head.sequence >= Math.max(...sequences))
    const said = fromHex(bytesBySequence.get(String(Math.max(...sequences))) ?? '')
    assert.notEqual(
      comparePinned(parseSignedHead(said ?? new Uint8Array(), key.id), kept),
      undefined,
    )
  })
})

async function opened(database: Database) {
  const store = new ShareStore(database)
  if ((await store.all()).length === 0) await store.put(testRecord(key))
  const chain = new HeadChain(key, store, new ManualClock(), await store.head(key.id))
  return { store, chain }
}

function saying(tree: number, change: Partial<HeadContent> = {}): () => Promise<HeadContent> {
  return async () => ({
    summary: { tree: parsePageHash(new Uint8Array(32).fill(tree)), files: 1, bytes: 1 },
    generations: { read: 1, change: 1 },
    indexing: false,
    revoked: [],
    ...change,
  })
}

/** What a process said before it was killed, right after it had said its `heads`th head. */
async function lifeOfHeadMaker(path: string, heads: number): Promise<string[]> {
  const program = join(import.meta.dirname, '../kit/head-maker.ts')
  const child = spawn(process.execPath, [program, path, 'photos'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (said.length === heads) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return said.filter(isWhole)
}

/** The end may have cut the last line. */
function isWhole(line: string): boolean {
  const bytes = fromHex(line.split(' ')[1] ?? '')
  try {
    return bytes !== undefined && parseSignedHead(bytes, key.id).head.sequence > 0
  } catch {
    return false
  }
}
