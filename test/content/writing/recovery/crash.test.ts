import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { BinKind } from '../../../../src/content/content.ts'
import { sharePathOfRoot } from '../../../../src/content/names.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { deeds } from '../../../kit/writing-deeds.ts'
import type { Deed, DeedName } from '../../../kit/writing-deeds.ts'
import { writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

const linking: readonly DeedName[] = [
  'adding a small file',
  'replacing a small file',
  'yielding to what stands there',
  'moving a file',
  'restoring a version',
]

const noSecondName = Object.assign(new Error('EPERM'), { code: 'EPERM' })

/**
 * Each deed is begun again and again, and killed one change of the disk or of the journal later each time,
 * until it comes to its end. After each death the folder is opened as after a crash.
 */
suite('a crash at any step', () => {
  for (const [name, deed] of Object.entries(deeds)) {
    test(`of ${name} loses nothing, tears nothing and is cleared up`, async (t) => {
      let steps = 0
      while (await dies(deed, steps, 'with links')) steps++
      assert.ok(steps > 2, 'it was never killed')
      t.diagnostic(`${steps} deaths`)
    })
  }
})

suite('a crash at any step on a disk without hard links', () => {
  for (const name of linking) {
    test(`of ${name} loses nothing, tears nothing and is cleared up`, async () => {
      let steps = 0
      while (await dies(deeds[name], steps, 'without links')) steps++
      assert.ok(steps > 2, 'it was never killed')
    })
  }
})

/** What a killed process does: nothing more. */
class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash'
}

/** Whether the deed was killed before it came to its end. */
async function dies(
  deed: Deed,
  changesLeft: number,
  disk: 'with links' | 'without links',
): Promise<boolean> {
  await using folder = await writtenFolder()
  await deed.before(folder)
  {
    let left = changesLeft
    const step = (call?: string) => {
      if (call === 'linkSync' && disk === 'without links') throw noSecondName
      if (--left < 0) throw new SimulatedCrash()
    }
    using _ = watchDisk(step)
    folder.beforeJournal = step
    await deed.does(folder).catch((error: unknown) => {
      if (left >= 0) throw error
    })
    folder.beforeJournal = () => {}
    if (left >= 0) {
      assert.deepEqual(folder.texts(), deed.after)
      await assertSound(folder, deed)
      return false
    }
  }
  folder.crash()
  await folder.open()
  await assertSound(folder, deed)
  await folder.close()
  await folder.open()
  await assertSound(folder, deed)
  return true
}

async function assertSound(folder: WrittenFolder, { old, whole }: Deed): Promise<void> {
  const seen = Object.values(folder.texts())
  for (const text of seen) assert.ok(whole.includes(text), `torn: ${text}`)
  const kept = [...folder.ownTexts('versions'), ...folder.ownTexts('trash')]
  for (const text of old) assert.ok([...seen, ...kept].includes(text), `lost: ${text}`)
  assert.deepEqual(await folder.journal.intents(), [])
  assert.deepEqual(await idsOf(folder, 'version'), folder.ownNames('versions'))
  assert.deepEqual(await idsOf(folder, 'trash'), folder.ownNames('trash'))
  for (const { id } of await folder.journal.stages()) {
    assert.ok(folder.ownNames('stage').includes(id), 'the journal has a stage that is not there')
  }
}

async function idsOf(folder: WrittenFolder, kind: BinKind): Promise<string[]> {
  const items = await folder.writing.bin.list(kind, sharePathOfRoot)
  return items.map(({ id }) => id).toSorted()
}
