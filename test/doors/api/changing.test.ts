import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../src/content/names.ts'
import { collect } from '../../kit/collect.ts'
import { openAskedNode } from '../../kit/doors/asked.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

suite('who may only read a share', () => {
  test('is refused each change, and told whom to ask', async () => {
    await using node = await openAskedNode()
    const { client, home } = node
    const refused = { kind: 'denied', failure: 'ReadOnlyError', message: /Ask bob/ }
    const place = 'bob/Music/new'
    await assert.rejects(client.call('makeDirectory', { place }), refused)
    await assert.rejects(client.call('removeEntry', { place: 'bob/Music/song.mp3' }), refused)
    const move = { from: 'bob/Music/song.mp3', to: place }
    await assert.rejects(client.call('moveEntry', move), refused)
    await assert.rejects(collect(client.stream('putFiles', { from: home, to: place })), refused)
    assert.deepEqual(node.backend.remoteShares.far[0]?.files.paths(), ['rock/loud.mp3', 'song.mp3'])
  })

  test('may change with the change password', async () => {
    await using node = await openAskedNode()
    const { client } = node
    await client.call('openPlace', { place: 'bob/Work', password: 'read' })
    await assert.rejects(client.call('makeDirectory', { place: 'bob/Work/a' }))
    await client.call('openPlace', { place: 'bob/Work', password: 'change' })
    const { place, outcome } = await client.call('makeDirectory', { place: 'bob/Work/a' })
    assert.deepEqual([place, outcome], ['bob/Work/a', 'done'])
  })
})

for (const share of ['me/Photos', 'bob/Work']) {
  suite(`with the change scope on ${share}`, () => {
    test('a file is put, and one that stands there is replaced', async () => {
      await using node = await openChanger()
      await using folder = await tempFolder()
      const from = join(folder.path, 'new.txt')
      await writeFile(from, 'one')
      for (const text of ['one', 'two']) {
        await writeFile(from, text)
        const lines = await collect(
          node.client.stream('putFiles', { from, to: `${share}/new.txt` }),
        )
        assert.deepEqual(lines.at(-1), {
          schema: 'fullmesh.put/1',
          kind: 'done',
          place: `${share}/new.txt`,
          filesDone: 1,
          filesTotal: 1,
          bytesDone: 3,
          bytesTotal: 3,
        })
        assert.equal(node.files(share).text('new.txt'), text)
      }
    })

    test('a file goes into a folder that stands there, or that is meant by a slash', async () => {
      await using node = await openChanger()
      await using folder = await tempFolder()
      const from = join(folder.path, 'new.txt')
      await writeFile(from, 'one')
      await node.client.call('makeDirectory', { place: `${share}/deep` })
      for (const to of [`${share}/deep`, `${share}/other/`, share]) {
        await collect(node.client.stream('putFiles', { from, to }))
      }
      const found = node
        .files(share)
        .paths()
        .filter((path) => path.endsWith('new.txt'))
      assert.deepEqual(found, ['deep/new.txt', 'new.txt', 'other/new.txt'])
    })

    test('a folder becomes the place, twice the same, without links', async () => {
      await using node = await openChanger()
      await using folder = await tempFolder()
      await mkdir(join(folder.path, 'a', 'empty'), { recursive: true })
      await writeFile(join(folder.path, 'a', 'b.txt'), 'b')
      await symlink('/etc/passwd', join(folder.path, 'a', 'link'))
      for (const _ of ['once', 'twice']) {
        const to = `${share}/box`
        const [last] = (
          await collect(node.client.stream('putFiles', { from: folder.path, to }))
        ).slice(-1)
        assert.equal(last?.kind, 'done')
      }
      const found = node
        .files(share)
        .paths()
        .filter((path) => path.startsWith('box/'))
      assert.deepEqual(found, ['box/a/b.txt'])
      assert.equal(node.files(share).entry(parseSharePath('box/a/empty'))?.kind, 'directory')
    })

    test('a name that can not be shared is refused alone', async () => {
      await using node = await openChanger()
      await using folder = await tempFolder()
      await writeFile(join(folder.path, 'good.txt'), 'good')
      await writeFile(join(folder.path, 'bad:name.txt'), 'bad')
      const to = `${share}/box`
      const lines = await collect(node.client.stream('putFiles', { from: folder.path, to }))
      const refused = lines.flatMap((line) => (line.kind === 'refused' ? line.path : []))
      assert.deepEqual(refused, ['bad:name.txt'])
      assert.equal(node.files(share).text('box/good.txt'), 'good')
    })

    test('what somebody else has changed meanwhile stays, and the put stands beside it', async () => {
      await using node = await openChanger()
      await using folder = await tempFolder()
      const from = join(folder.path, 'a.txt')
      await writeFile(from, 'mine')
      const to = `${share}/a.txt`
      await collect(node.client.stream('putFiles', { from, to }))
      const { entry } = await node.client.call('getEntry', { place: to })
      assert.ok(entry.kind === 'file')
      const base = { root: entry.root, bytes: entry.bytes }
      await writeFile(from, 'theirs')
      await collect(node.client.stream('putFiles', { from, to }))
      await writeFile(from, 'mine again')
      const lines = await collect(node.client.stream('putFiles', { from, to, base }))
      const [conflict] = lines.flatMap((line) => (line.kind === 'conflict' ? line : []))
      assert.equal(conflict?.path, to)
      assert.match(conflict?.copy ?? '', /a \(conflict [0-9a-f]{8}\)\.txt$/)
      assert.equal(node.files(share).text('a.txt'), 'theirs')
    })

    test('nothing is moved onto something, out of the share, or from nowhere', async () => {
      await using node = await openChanger()
      const { client } = node
      node.files(share).makeDirectory(parseSharePath('box'))
      node.files(share).install(parseSharePath('a'), file, 'any')
      node.files(share).install(parseSharePath('b'), file, 'any')
      const move = (from: string, to: string) => client.call('moveEntry', { from, to })
      await assert.rejects(move(`${share}/a`, `${share}/b`), { kind: 'conflict' })
      await assert.rejects(move(`${share}/a`, 'bob/Music/a'), { kind: 'usage' })
      await assert.rejects(move(`${share}/gone`, `${share}/c`), { kind: 'missing' })
      assert.equal((await move(`${share}/a`, `${share}/box`)).place, `${share}/box/a`)
      assert.equal((await move(`${share}/b`, `${share}/c`)).place, `${share}/c`)
    })

    test('a file is removed, a share never', async () => {
      await using node = await openChanger()
      node.files(share).install(parseSharePath('a'), file, 'any')
      await node.client.call('removeEntry', { place: `${share}/a` })
      assert.equal(node.files(share).text('a'), undefined)
      await assert.rejects(node.client.call('removeEntry', { place: share }), /whole share/)
      await assert.rejects(node.client.call('removeEntry', { place: `${share}/a` }), /nothing at/)
    })
  })
}

suite('versions and trash', () => {
  test('are listed and restored on shares of this node', async () => {
    await using node = await openChanger()
    const path = parseSharePath('beach.jpg')
    node.photos.bin.push({ id: 'v1', kind: 'version', path, bytes: 4, atMs: 5, who: 'bob' })
    const { items } = await node.client.call('listVersions', { place: 'me/Photos' })
    assert.deepEqual(
      items.map(({ id }) => id),
      ['v1'],
    )
    assert.deepEqual((await node.client.call('listTrash', { place: 'me/Photos' })).items, [])
    const restored = await node.client.call('restoreItem', { place: 'me/Photos', id: 'v1' })
    assert.equal(restored.place, 'me/Photos/beach.jpg')
    const unknown = { place: 'me/Photos', id: 'v2' }
    await assert.rejects(node.client.call('restoreItem', unknown), { kind: 'missing' })
  })

  test('of another node are listed and restored with the change scope, and only with it', async () => {
    await using node = await openChanger()
    const path = parseSharePath('d/a')
    const bin = node.files('bob/Work').bin
    bin.push({ id: 't1', kind: 'trash', path, bytes: 4, atMs: 5, who: 'owner' })
    const { items } = await node.client.call('listTrash', { place: 'bob/Work/d' })
    assert.deepEqual(
      items.map(({ id, who }) => [id, who]),
      [['t1', 'bob']],
    )
    const restored = await node.client.call('restoreItem', { place: 'bob/Work', id: 't1' })
    assert.equal(restored.place, 'bob/Work/d/a')
    const unknown = { place: 'bob/Work', id: 't2' }
    await assert.rejects(node.client.call('restoreItem', unknown), { kind: 'missing' })
    await assert.rejects(node.client.call('listTrash', { place: 'bob/Music' }), {
      kind: 'denied',
      message: /Ask bob/,
    })
  })
})

const file = { bytes: Buffer.from('x'), mtimeMs: 0, executable: false }

/** Ana with the change scope on Bob's share Work, too. */
async function openChanger() {
  const node = await openAskedNode()
  const { shares, remoteShares } = node.backend
  await node.client.call('openPlace', { place: 'bob/Work', password: 'change' })
  const photos = shares.planted.find(({ settings }) => settings.name === 'Photos')
  const work = remoteShares.far.find(({ name }) => name === 'Work')
  if (!photos || !work) throw new Error('nothing was planted')
  return { ...node, photos, files: (share: string) => (share === 'bob/Work' ? work : photos).files }
}
