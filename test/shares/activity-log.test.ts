import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../src/content/names.ts'
import { openActivityLog } from '../../src/shares/activity-log.ts'
import { shareMigrations } from '../../src/shares/share-database.ts'
import type { Activity } from '../../src/shares/shares.ts'
import { ManualClock } from '../kit/manual-clock.ts'
import { memoryDatabase } from '../kit/memory-database.ts'
import { testIdentity } from '../kit/test-identity.ts'
import { testShareKey } from '../kit/test-share.ts'

const share = testShareKey('photos').id
const who = testIdentity('ben').peerId
const dayMs = 24 * 60 * 60_000

suite('the log of what was done', () => {
  test('lists the newest lines first, of one share', async () => {
    await using database = memoryDatabase(shareMigrations)
    const clock = new ManualClock()
    const log = await openActivityLog(database, clock)
    const heard: Activity[] = []
    log.added.subscribe((activity) => heard.push(activity))
    await log.add(put('a.txt'))
    await log.add({ ...put('b.txt'), share: testShareKey('music').id })
    await clock.advance(1000)
    await log.add({ ...put('c.txt'), path: undefined, detail: 'why' })
    const lines = await log.list(share, 10)
    assert.deepEqual(lines, [heard[2], heard[0]])
    assert.equal((await log.list(share, 1)).length, 1)
  })

  test('forgets what is older than 90 days', async () => {
    await using database = memoryDatabase(shareMigrations)
    const clock = new ManualClock()
    const log = await openActivityLog(database, clock)
    await log.add(put('a.txt'))
    await clock.advance(90 * dayMs)
    assert.equal((await log.list(share, 10)).length, 1)
    await clock.advance(1)
    assert.equal((await log.list(share, 10)).length, 0)
  })

  test('never holds more lines than it may, also after a restart', async () => {
    await using database = memoryDatabase(shareMigrations)
    const clock = new ManualClock()
    const limits = { linesMax: 50, linesDropped: 10 }
    for (let life = 0; life < 3; life++) {
      const log = await openActivityLog(database, clock, limits)
      for (let line = 0; line < 70; line++) {
        await log.add(put(`${line}.txt`))
        const [row] = await database.all('SELECT count(*) AS lines FROM activities')
        assert.ok(Number(row?.['lines']) <= 50)
      }
      const [newest] = await log.list(share, 50)
      assert.equal(newest?.path, '69.txt')
    }
  })
})

function put(path: string): Omit<Activity, 'atMs'> {
  return { share, who, what: 'put', path: parseSharePath(path), detail: undefined }
}
