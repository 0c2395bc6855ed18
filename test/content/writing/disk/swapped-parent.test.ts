import assert from 'node:assert/strict'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { NodeError } from '../../../../src/base/errors.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { tempFolder } from '../../../kit/temp-folder.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { never, target, textContent, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

type Deed = (folder: WrittenFolder) => Promise<unknown>

const text = parseSharePath('d/text')

/** All in the folder "d", in which "text" stands. */
const deeds: Readonly<Record<string, Deed>> = {
  adding: (folder) => folder.put('d/new', 'new'),
  'adding below': (folder) => folder.put('d/e/new', 'new'),
  replacing: (folder) => folder.put('d/text', 'new', { base: 'any' }),
  yielding: (folder) => folder.put('d/text', 'new'),
  'setting attributes': (folder) =>
    folder.put('d/text', 'text', { base: 'any', attributes: { mtimeMs: 1_000, executable: true } }),
  'moving to': ({ writing }) =>
    writing.writer.move(parseSharePath('other'), parseSharePath('d/moved'), never),
  'moving from': ({ writing }) => writing.writer.move(text, parseSharePath('moved'), never),
  removing: ({ writing }) => writing.writer.remove(text, 'any', 'ana', never),
  'making folders': ({ writing }) => writing.writer.makeDirectory(parseSharePath('d/e/f'), never),
  duplicating: ({ writing }) =>
    writing.writer.duplicate(text, textContent('text'), target('d/copy'), never),
}

suite('a folder that is swapped with a link to outside', () => {
  for (const [name, deed] of Object.entries(deeds)) {
    test(`just before any step of ${name} leads nothing outside`, async () => {
      for (let changes = 0; await swapsBefore(changes, deed); changes++);
    })
  }
})

/** Whether the deed had so many changes of the disk. */
async function swapsBefore(changes: number, deed: Deed): Promise<boolean> {
  await using folder = await writtenFolder()
  await using outside = await tempFolder()
  writeFileSync(join(outside.path, 'text'), 'text')
  mkdirSync(join(outside.path, 'e'))
  await folder.putAll([
    ['d/text', 'text'],
    ['other', 'other'],
  ])
  const place = join(folder.root, 'd')
  let left = changes
  {
    using _ = watchDisk(() => {
      if (left-- !== 0) return
      renameSync(place, `${place}.aside`)
      symlinkSync(outside.path, place)
    })
    await deed(folder).catch((error: unknown) => {
      assert.ok(error instanceof NodeError && error.kind !== 'bug', String(error))
    })
  }
  assert.deepEqual(readdirSync(outside.path).toSorted(), ['e', 'text'])
  assert.deepEqual(readdirSync(join(outside.path, 'e')), [])
  assert.equal(readFileSync(join(outside.path, 'text'), 'utf8'), 'text')
  return left < 0
}
