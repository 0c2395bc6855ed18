import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { openPlace } from '../../../src/content/folder/open-place.ts'
import { UnreadableError } from '../../../src/content/folder/place-failure.ts'
import type { Place, PlaceDirectory } from '../../../src/content/folder/place.ts'
import { openIndexDatabase } from '../../../src/content/index/index-database.ts'
import { LocalIndex } from '../../../src/content/index/local-index.ts'
import { sharePathOfRoot } from '../../../src/content/names.ts'
import { ScanBatch } from '../../../src/content/scan/batch.ts'
import type { ScanJob } from '../../../src/content/scan/job.ts'
import { survey } from '../../../src/content/scan/survey.ts'
import { takeIn, takeInAll } from '../../../src/content/scan/take-in.ts'
import { ScanTally } from '../../../src/content/scan/tally.ts'
import { Turns } from '../../../src/content/scan/turns.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

test('what can not be read is left out, but not forgotten', async () => {
  await using folder = await tempFolder()
  await using elsewhere = await tempFolder()
  mkdirSync(join(folder.path, 'below'))
  for (const name of ['one', 'below/two']) writeFileSync(join(folder.path, name), name)
  using state = new DisposableStack()
  const place = state.use(openPlace(folder.path))
  const database = openIndexDatabase(join(elsewhere.path, 'index.db'))
  const index = state.adopt(new LocalIndex(database, 0), (open) => open.close())
  await takeInAll(jobOn(place, index))
  const whole = index.summary()
  assert.deepEqual(whole, treeOnDisk(folder.path))
  for (const name of ['below', 'one']) {
    writeFileSync(join(folder.path, 'one'), `changed before ${name}`)
    const job = jobOn(failingAt(place, name), index)
    await takeIn(job, await survey(job, undefined))
    assert.deepEqual(
      job.tally.left.map(({ diskPath, reason }) => [diskPath, reason]),
      [[name, 'unreadable']],
    )
    assert.equal(index.summary().files, whole.files)
  }
  await assert.rejects(survey(jobOn(failingAt(place, 'below', 'EMFILE'), index), undefined))
  assert.ok(index.list(sharePathOfRoot, undefined, 10).length === 2)
})

function jobOn(place: Place, index: LocalIndex): ScanJob {
  return {
    place,
    index,
    batch: new ScanBatch(
      (changes) => void index.transaction(() => index.change(changes)),
      systemClock,
    ),
    tally: new ScanTally(),
    turns: new Turns(systemClock, () => {}),
    room: () => new Uint8Array(1024),
    isPartial: false,
    nowMs: 0,
  }
}

/** The place, with one name in its root that the system does not let us open. */
function failingAt(place: Place, name: string, code = 'EACCES'): Place {
  const guard = (asked: string): void => {
    if (asked === name) throw new UnreadableError(name, code)
  }
  const { root } = place
  const guarded: PlaceDirectory = {
    at: (asked) => root.at(asked),
    stat: (asked) => root.stat(asked),
    list: () => root.list(),
    openDirectory: (asked) => {
      guard(asked)
      return root.openDirectory(asked)
    },
    openFile: (asked) => {
      guard(asked)
      return root.openFile(asked)
    },
    sync: () => {},
    [Symbol.dispose]: () => {},
  }
  return {
    root: guarded,
    openDirectory: (path) => (path === sharePathOfRoot ? guarded : place.openDirectory(path)),
    openFile: (path) => place.openFile(path),
    stat: (path) => place.stat(path),
    [Symbol.dispose]: () => {},
  }
}
