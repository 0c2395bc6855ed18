import assert from 'node:assert/strict'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { NodeError } from '../../../../src/base/errors.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { deeds } from '../../../kit/writing-deeds.ts'
import type { DeedName } from '../../../kit/writing-deeds.ts'
import { writtenFolder } from '../../../kit/written-folder.ts'

const theirs = 'written by somebody else'

/** What an editor may do to a file. */
const interferences: Readonly<Record<string, (path: string) => void>> = {
  'who saves by renaming over it': (path) => {
    writeFileSync(`${path}.tmp`, theirs)
    renameSync(`${path}.tmp`, path)
  },
  'who writes into it': (path) => writeFileSync(path, theirs),
  'who moves it away and writes a new one': (path) => {
    if (existsSync(path)) renameSync(path, `${path}.bak`)
    writeFileSync(path, theirs)
  },
  'who removes it and writes to another': (path) => {
    rmSync(path, { force: true })
    writeFileSync(`${path}.other`, theirs)
  },
}

/** Deeds, and the file at which somebody else is at work. */
const disturbed: readonly (readonly [DeedName, string])[] = [
  ['adding a small file', 'd/a'],
  ['replacing a small file', 'a'],
  ['yielding to what stands there', 'a'],
  ['setting the attributes of a file', 'a'],
  ['removing a file', 'a'],
  ['moving a file', 'a'],
  ['moving a file', 'd/b'],
  ['restoring a version', 'a'],
]

/**
 * Each deed is done again and again, and one change of the disk later each time somebody else comes just
 * before that change. What they wrote must not be lost, but for one gap that Node leaves open: between
 * the last look at a file and the rename that replaces it.
 */
suite('somebody else', () => {
  for (const [what, interfere] of Object.entries(interferences)) {
    test(`${what} loses nothing to us`, async () => {
      for (const [deed, path] of disturbed) {
        const replaces = deed.startsWith('replacing') || deed.startsWith('restoring')
        const gap = replaces && / renaming | new one/.test(what) ? ['renameSync'] : []
        assert.deepEqual(await losses(deed, path, interfere), gap, `${deed}, ${path}`)
      }
    })
  }
})

/** The changes of ours before which somebody else's bytes were lost by coming just then. */
async function losses(
  deed: DeedName,
  path: string,
  interfere: (path: string) => void,
): Promise<string[]> {
  const lost: string[] = []
  for (let changes = 0; ; changes++) {
    const { isLost, nextCall } = await disturb(deed, path, interfere, changes)
    if (nextCall === undefined) return lost
    if (isLost) lost.push(nextCall)
  }
}

/** `nextCall` is undefined if the deed had not so many changes. */
async function disturb(
  deed: DeedName,
  path: string,
  interfere: (path: string) => void,
  changesBefore: number,
): Promise<{ readonly isLost: boolean; readonly nextCall: string | undefined }> {
  await using folder = await writtenFolder()
  await deeds[deed].before(folder)
  const place = join(folder.root, path)
  let [left, nextCall] = [changesBefore, '']
  {
    using _ = watchDisk((call) => {
      if (left-- !== 0) return
      nextCall = call
      mkdirSync(dirname(place), { recursive: true })
      interfere(place)
    })
    await deeds[deed].does(folder).catch(assertExpected)
  }
  if (left >= 0) return { isLost: false, nextCall: undefined }
  const texts = [
    ...Object.values(folder.texts()),
    ...folder.ownTexts('versions'),
    ...folder.ownTexts('trash'),
  ]
  return { isLost: !texts.includes(theirs), nextCall }
}

function assertExpected(error: unknown): void {
  assert.ok(error instanceof NodeError && error.kind !== 'bug', String(error))
}
