import assert from 'node:assert/strict'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../src/content/names.ts'
import { watchLeaks } from '../kit/leaks.ts'
import { NodeWorld } from '../kit/node-world.ts'
import { contents, copy, done, follow, holds, share, until } from '../kit/story.ts'

const files = {
  'a.txt': 'a',
  'empty.txt': '',
  'deep/er/b.txt': 'b',
  'big.bin': 'x'.repeat(3_000_000),
}

suite('a friend copies a share', () => {
  test('whole, with what is in it, by one link', async () => {
    await using world = await NodeWorld.open()
    await using _ = watchLeaks({ links: () => world.network.openLinks })
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    const known = await follow(ben, shared.link())
    const made = await copy(ben, known, world.path('ben', 'photos'))
    await done(made)
    assert.deepEqual(await contents(world.path('ben', 'photos')), files)
    assert.equal(ben.mesh.book.contact(ana.mesh.identity.peerId)?.petname, 'ana')
    assert.deepEqual(world.log.errors, [])
  })

  test('and finds nothing in the folder but what was copied, and the figures of it later', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    const first = await world.node('ben')
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    const folder = world.path('ben', 'photos')
    const made = await copy(first, await follow(first, shared.link()), folder)
    await done(made)
    assert.deepEqual((await readdir(folder)).toSorted(), ['a.txt', 'big.bin', 'deep', 'empty.txt'])
    const { filesDone, filesTotal, bytesDone, bytesTotal } = made.state()
    assert.deepEqual([filesDone, bytesDone], [4, 3_000_002])
    await first[Symbol.asyncDispose]()
    await using second = await world.node('ben')
    const kept = second.copies.byId(made.id)?.state()
    assert.deepEqual(
      [kept?.kind, kept?.filesDone, kept?.filesTotal, kept?.bytesDone, kept?.bytesTotal],
      ['done', filesDone, filesTotal, bytesDone, bytesTotal],
    )
  })

  test('and goes on where it stopped, without moving again what is there', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    const first = await world.node('ben')
    const made = await copy(first, await follow(first, shared.link()), world.path('ben', 'photos'))
    await until(() => made.state().bytesDone > 0)
    await first[Symbol.asyncDispose]()
    await using second = await world.node('ben')
    const [again] = second.copies.all()
    assert.ok(again)
    await done(again)
    assert.deepEqual(await contents(world.path('ben', 'photos')), files)
  })

  test('again, when they have removed it, or a part of it', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const planted = { 'a.txt': '1', 'd/b.txt': '2' }
    const known = await follow(
      ben,
      (await share(ana, await world.plant('ana', 'Work', planted))).link(),
    )
    const destination = world.path('ben', 'work')
    for (const seed of [false, true]) {
      await done(await copy(ben, known, destination, { seed }))
      await rm(join(destination, 'd'), { recursive: true })
      await done(await copy(ben, known, destination, { seed }))
      await holds(destination, planted)
      for (const { id } of ben.copies.all()) await ben.copies.remove(id)
      await rm(destination, { recursive: true })
    }
    for (let time = 0; time < 2; time++) {
      await done(await copy(ben, known, destination))
      await holds(destination, planted)
      await rm(destination, { recursive: true })
    }
  })

  test('never into the place of a share of theirs whose disk is away', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    const first = await world.node('ben')
    const known = await follow(
      first,
      (await share(ana, await world.plant('ana', 'Work', files))).link(),
    )
    const folder = await world.plant('ben', 'disk', { 'own.txt': 'by ben' })
    await share(first, folder)
    await first[Symbol.asyncDispose]()
    await rename(folder, `${folder}.away`)
    await using ben = await world.node('ben')
    await until(() => ben.shares.all()[0]?.state().kind === 'paused')
    const made = await copy(ben, known, folder)
    await until(() => made.state().kind === 'failed')
    assert.equal(ben.shares.all()[0]?.head()?.head.summary.files, 1)
  })

  test('part of it: a folder, or a single file under another name', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    const known = await follow(ben, shared.link())
    await done(
      await copy(ben, known, world.path('ben', 'part'), { source: parseSharePath('deep') }),
    )
    assert.deepEqual(await contents(world.path('ben', 'part')), { 'er/b.txt': 'b' })
    const file = world.path('ben', 'one', 'large.bin')
    await done(await copy(ben, known, file, { source: parseSharePath('big.bin') }))
    assert.deepEqual(await contents(world.path('ben', 'one')), { 'large.bin': files['big.bin'] })
  })

  test('without ever touching a file of their own that stands in the way', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const shared = await share(ana, await world.plant('ana', 'Notes', { 'n.txt': 'by ana' }))
    const folder = await world.plant('ben', 'notes', { 'n.txt': 'by ben' })
    const made = await copy(ben, await follow(ben, shared.link()), folder)
    await done(made)
    const found = await contents(folder)
    assert.equal(found['n.txt'], 'by ben')
    assert.deepEqual(new Set(Object.values(found)), new Set(['by ana', 'by ben']))
    assert.equal(made.state().problems.length, 1)
  })
})

suite('the owner goes away', () => {
  test('and a copy lets a friend in by the read password and serves them all of it', async () => {
    await using world = await NodeWorld.open()
    const ana = await world.node('ana')
    await using ben = await world.node('ben')
    await using dan = await world.node('dan')
    const folder = await world.plant('ana', 'Work', files)
    const passwords = { read: 'to look at', change: 'to work on' }
    const shared = await share(ana, folder, { read: 'password', change: 'password', passwords })
    const link = shared.link()
    const known = await follow(ben, link, 'to look at')
    await done(await copy(ben, known, world.path('ben', 'work'), { seed: true }))
    await until(() => ben.copies.holdings().some(({ read }) => read === 'password'))
    await ana[Symbol.asyncDispose]()

    await assert.rejects(follow(dan, link, 'a guess at it'), { kind: 'offline' })
    await done(await copy(dan, await follow(dan, link, 'to look at'), world.path('dan', 'work')))
    await holds(world.path('dan', 'work'), files)
  })
})
