import assert from 'node:assert/strict'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { FolderGoneError } from '../../../src/content/errors.ts'
import { Folders } from '../../../src/content/folder/folders.ts'
import { openHashPool } from '../../../src/content/hashing/hash-pool.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const { signal } = new AbortController()

suite('the folders of a node', () => {
  test('are one object a folder, by whatever name, until the last user has gone', async () => {
    await using world = await openWorld()
    await symlink(world.photos, join(world.path, 'link'))
    const first = await world.folders.open(world.photos)
    const second = await world.folders.open(join(world.path, 'link'))
    assert.equal(second.index, first.index)
    assert.equal(second.path, first.path)
    await first[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    assert.equal((await second.scan({}, signal)).files, 1)
    await second[Symbol.asyncDispose]()
  })

  test('are opened anew after that, also while they are being closed', async () => {
    await using world = await openWorld()
    const first = await world.folders.open(world.photos)
    await first.scan({}, signal)
    const closed = first[Symbol.asyncDispose]()
    await using again = await world.folders.open(world.photos)
    await closed
    assert.equal((await again.index.summary()).files, 1)
  })

  test('are not cleared away by one user while another is there', async () => {
    await using world = await openWorld()
    const shared = await world.folders.open(world.photos)
    const copied = await world.folders.openOrMake(world.photos)
    await copied.leave()
    assert.equal((await shared.scan({}, signal)).files, 1)
    await shared[Symbol.asyncDispose]()
    assert.deepEqual((await readdir(world.photos)).toSorted(), ['.fullmesh', 'a.txt'])
    const last = await world.folders.open(world.photos)
    const left = last.leave()
    await using again = await world.folders.open(world.photos)
    await left
    assert.equal((await again.scan({}, signal)).files, 1)
  })

  test('that are gone are not made, unless something is brought into them', async () => {
    await using world = await openWorld()
    const path = join(world.path, 'new', 'folder')
    await assert.rejects(world.folders.open(path), FolderGoneError)
    await using made = await world.folders.openOrMake(path)
    assert.equal(made.path, path)
  })
})

async function openWorld() {
  await using opened = new AsyncDisposableStack()
  const { path } = opened.use(await tempFolder())
  const surroundings = { ...testSurroundings(), clock: systemClock }
  const pool = opened.use(openHashPool({ clock: systemClock }))
  const state = join(path, 'state')
  const photos = join(path, 'photos')
  await mkdir(photos)
  await writeFile(join(photos, 'a.txt'), 'a')
  const folders = new Folders({ state, pool, surroundings, rescanEveryMs: 60_000 })
  const kept = opened.move()
  return { path, photos, folders, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
