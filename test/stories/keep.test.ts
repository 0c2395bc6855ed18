import assert from 'node:assert/strict'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../src/content/names.ts'
import { NodeWorld } from '../kit/node-world.ts'
import { contents, copy, edit, erase, follow, holds, share, until } from '../kit/story.ts'

const passwords = { read: 'to look at', change: 'to work on' }
const both = { read: 'password', change: 'password', passwords } as const
const following = { mode: 'follow', seed: true } as const

suite('a copy that follows a share', () => {
  test('sees what the owner edits, adds, renames and deletes', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const folder = await world.plant('ana', 'Work', { 'a.txt': '1', 'b.txt': '2', 'd/c.txt': '3' })
    const known = await follow(ben, (await share(ana, folder)).link())
    const kept = world.path('ben', 'work')
    await copy(ben, known, kept, following)
    await holds(kept, { 'a.txt': '1', 'b.txt': '2', 'd/c.txt': '3' })

    await edit(folder, 'a.txt', 'edited')
    await mkdir(join(folder, 'new'))
    await edit(folder, 'new/n.txt', 'added')
    await rename(join(folder, 'd'), join(folder, 'renamed'))
    await erase(folder, 'b.txt')
    await holds(kept, { 'a.txt': 'edited', 'new/n.txt': 'added', 'renamed/c.txt': '3' })
  })

  test('brings changes back with the change password, and only with it', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    await using cleo = await world.node('cleo')
    const folder = await world.plant('ana', 'Work', { 'a.txt': '1', 'd/b.txt': '2' })
    const link = (await share(ana, folder, both)).link()
    const [bens, cleos] = [world.path('ben', 'work'), world.path('cleo', 'work')]
    await copy(ben, await follow(ben, link, passwords.read), bens, following)
    await copy(cleo, await follow(cleo, link, passwords.change), cleos, following)
    await holds(bens, { 'a.txt': '1', 'd/b.txt': '2' })
    await holds(cleos, { 'a.txt': '1', 'd/b.txt': '2' })

    await edit(bens, 'private.txt', 'by a reader')
    await edit(cleos, 'a.txt', 'by cleo')
    await edit(cleos, 'd/new.txt', 'new')
    await erase(cleos, 'd/b.txt')
    await holds(folder, { 'a.txt': 'by cleo', 'd/new.txt': 'new' })
    await holds(bens, { 'a.txt': 'by cleo', 'd/new.txt': 'new', 'private.txt': 'by a reader' })
  })

  test('keeps the bytes of both when two write at once, everywhere', async () => {
    await using world = await NodeWorld.open()
    const ana = await world.node('ana')
    await using cleo = await world.node('cleo')
    const folder = await world.plant('ana', 'Work', { 'a.txt': 'old' })
    const link = (await share(ana, folder, both)).link()
    const cleos = world.path('cleo', 'work')
    const made = await copy(cleo, await follow(cleo, link, passwords.change), cleos, following)
    await holds(cleos, { 'a.txt': 'old' })
    await until(() => made.state().kind === 'following')

    await ana[Symbol.asyncDispose]()
    await edit(folder, 'a.txt', 'by ana')
    await edit(cleos, 'a.txt', 'by cleo')
    await using again = await world.node('ana')
    assert.ok(again)
    await until(async () => Object.keys(await contents(folder)).length === 2)
    const there = await contents(folder)
    assert.equal(there['a.txt'], 'by ana')
    assert.deepEqual(new Set(Object.values(there)), new Set(['by ana', 'by cleo']))
    await holds(cleos, there)
  })

  test('of one file sees each edit of it, whatever else is in either folder', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const folder = await world.plant('ana', 'Work', { 'a.txt': '1', 'b.txt': '2' })
    const bens = await world.plant('ben', 'mine', { 'c.txt': '3' })
    const known = await follow(ben, (await share(ana, folder)).link())
    const destination = join(bens, 'local.txt')
    await copy(ben, known, destination, { ...following, source: parseSharePath('a.txt') })
    for (const text of ['1', 'edited', 'edited again']) {
      await edit(folder, 'a.txt', text)
      await holds(bens, { 'c.txt': '3', 'local.txt': text })
    }
  })

  test('takes a folder that is away for no wish to remove everything, however often it is asked for', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const files = { 'a.txt': '1', 'd/b.txt': '2' }
    const folder = await world.plant('ana', 'Work', files)
    const link = (await share(ana, folder, both)).link()
    const known = await follow(ben, link, passwords.change)
    const bens = world.path('ben', 'work')
    const made = await copy(ben, known, bens, following)
    await until(() => made.state().kind === 'following')
    await ben.copies.pause(made.id)
    await rename(bens, `${bens} is away`)
    await copy(ben, known, bens, following)
    await until(() => made.state().kind === 'failed')
    await copy(ben, known, bens, following)
    await until(() => made.state().kind === 'failed')
    await holds(folder, files)
    assert.deepEqual(await contents(`${bens} is away`), files)
  })

  test('makes no conflict of what it was still bringing when the share changed', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const names = Array.from({ length: 60 }, (_, at) => `file-${at}`)
    const planted = Object.fromEntries(names.map((name) => [name, name.repeat(40_000)]))
    const folder = await world.plant('ana', 'Work', planted)
    const known = await follow(ben, (await share(ana, folder)).link())
    const bens = world.path('ben', 'work')
    const made = await copy(ben, known, bens, following)
    await until(() => made.state().filesDone > 0)
    await ben.copies.pause(made.id)
    const edited = Object.fromEntries(names.map((name) => [name, `${name} edited`]))
    for (const [name, text] of Object.entries(edited)) await edit(folder, name, text)
    await ben.copies.resume(made.id)
    await holds(bens, edited)
  })

  test('is told to stop when the read password is changed', async () => {
    await using world = await NodeWorld.open()
    await using ana = await world.node('ana')
    await using ben = await world.node('ben')
    const folder = await world.plant('ana', 'Work', { 'a.txt': '1' })
    const shared = await share(ana, folder, both)
    const kept = world.path('ben', 'work')
    const made = await copy(ben, await follow(ben, shared.link(), passwords.read), kept, following)
    await holds(kept, { 'a.txt': '1' })
    await ana.shares.change(shared.id, { passwords: { read: 'another one' } })
    await edit(folder, 'a.txt', 'not for ben')
    await until(() => made.state().kind === 'failed')
    assert.deepEqual(await contents(kept), { 'a.txt': '1' })
  })
})
