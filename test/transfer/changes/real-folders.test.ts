import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pieceBytes } from '../../../src/content/content.ts'
import { Folders } from '../../../src/content/folder/folders.ts'
import { openHashPool } from '../../../src/content/hashing/hash-pool.ts'
import { localFiles } from '../../../src/content/local-files.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import type { Answerer } from '../../../src/mesh/mesh.ts'
import { parseInvite } from '../../../src/shares/invite.ts'
import type { OwnShare } from '../../../src/shares/shares.ts'
import type { ChangeResult, RemoteEditor } from '../../../src/transfer/transfer.ts'
import { contentOfBytes } from '../../kit/content-of-bytes.ts'
import { RemoteWorld } from '../../kit/remote-world.ts'
import { joinSharing } from '../../kit/sharing-node.ts'
import type { SharingNode } from '../../kit/sharing-node.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const { signal } = new AbortController()
const path = parseSharePath
const film = new Uint8Array(3 * pieceBytes + 7).map((_, at) => (at * 5) % 247)

/** Ana shares a folder on this disk, and Bob, who may change it, has files on this disk. */
async function anaAndBob(aroundBob: (usual: Answerer) => Answerer = (usual) => usual) {
  const closing = new AsyncDisposableStack()
  const { path: disk } = closing.use(await tempFolder())
  const world = closing.use(new RemoteWorld())
  const { clock } = world.outside
  const pool = closing.use(openHashPool({ clock }))
  const [photos, bobs] = [join(disk, 'photos'), join(disk, 'bobs')]
  for (const folder of [photos, bobs]) await mkdir(folder)
  await writeFile(join(photos, 'a.txt'), 'first')

  const started = async (): Promise<SharingNode> => {
    const options = { state: join(disk, 'state'), pool, rescanEveryMs: 3_600_000 }
    const folders = new Folders({ ...options, surroundings: world.outside })
    return joinSharing(world, 'ana', { openFolder: (folder) => folders.open(folder) })
  }
  /** The manual clock keeps pace with the disk, whose time is real. */
  const settled = async <Value>(promise: Promise<Value>): Promise<Value> => {
    const outcome = Promise.allSettled([promise])
    while ((await Promise.race([outcome, setTimeout(1, 'waiting')])) === 'waiting') {
      await clock.advance(1)
    }
    return promise
  }
  const ana = await settled(started())
  const rules = { read: 'everyone', change: 'contacts', passwords: {} } as const
  const share = await settled(ana.shares.add(photos, rules))
  await settled(wholeHead(share))
  const bob = await world.join('bob', { files: localFiles(pool), around: aroundBob })
  await ana.mesh.book.put(bob.peer, { trust: 'trusted' })
  const { id } = await settled(
    bob.remote.accept({ ...parseInvite(share.link()), addresses: [ana.address] }),
  )
  const opened = await settled(bob.remote.open(id, {}, signal))
  assert.ok(opened.files.scope === 'change')
  const { editor } = opened.files
  const put = async (
    name: string,
    bytes: Uint8Array | string,
    base: Parameters<RemoteEditor['put']>[1]['base'] = 'absent',
  ): Promise<ChangeResult> => {
    await writeFile(join(bobs, name), bytes)
    const attributes = { mtimeMs: 1_700_000_000_000, executable: true }
    return editor.put(join(bobs, name), { path: path(name), base, attributes }, () => {}, signal)
  }
  return {
    ...{ world, ana, bob, bobs, share, photos, editor, opened, put, settled, started, clock },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

suite('a change to a folder on a disk', () => {
  test('arrives byte for byte, with its time and its executable bit', async () => {
    await using there = await anaAndBob()
    const result = await there.settled(there.put('film.mkv', film))
    assert.equal(result.outcome, 'done')
    const file = join(there.photos, 'film.mkv')
    assert.equal(Buffer.compare(await readFile(file), film), 0)
    const { mtimeMs, mode } = await stat(file)
    assert.equal(mtimeMs, 1_700_000_000_000)
    assert.ok((mode & 0o100) !== 0)
    assert.ok((there.share.head()?.head.sequence ?? 0) >= result.sequence)
    const entry = await there.settled(there.opened.files.reader.entry(path('film.mkv'), signal))
    assert.ok(entry?.kind === 'file' && entry.content.root === contentOfBytes(film).root)
  })

  test('keeps what it replaces as a version, and what it is too late for as a copy', async () => {
    await using there = await anaAndBob()
    const first = contentOfBytes(Buffer.from('first'))
    await there.settled(there.put('a.txt', 'second', first))
    assert.equal(await readFile(join(there.photos, 'a.txt'), 'utf8'), 'second')
    const versions = await there.settled(there.share.folder.bin.list('version', path('a.txt')))
    assert.equal(versions.length, 1)
    const late = await there.settled(there.put('a.txt', 'too late', first))
    assert.equal(late.outcome, 'conflict')
    assert.equal(await readFile(join(there.photos, late.path), 'utf8'), 'too late')
    assert.equal(await readFile(join(there.photos, 'a.txt'), 'utf8'), 'second')
  })

  test('makes, moves and removes', async () => {
    await using there = await anaAndBob()
    const { editor, settled } = there
    await settled(editor.makeDirectory(path('new'), signal))
    await settled(editor.move(path('a.txt'), path('new/b.txt'), signal))
    assert.deepEqual(
      (await readdir(there.photos)).filter((name) => !name.startsWith('.')),
      ['new'],
    )
    await settled(editor.remove(path('new/b.txt'), contentOfBytes(Buffer.from('first')), signal))
    assert.deepEqual(await readdir(join(there.photos, 'new')), [])
    const trash = await settled(there.share.folder.bin.list('trash', path('')))
    assert.equal(trash.length, 1)
  })

  test('can be undone by whoever may make it', async () => {
    await using there = await anaAndBob()
    const { editor, settled } = there
    await settled(there.put('a.txt', 'second', contentOfBytes(Buffer.from('first'))))
    await settled(editor.remove(path('a.txt'), 'any', signal))
    const [version] = await settled(editor.replaced('version', path(''), signal))
    const [removed] = await settled(editor.replaced('trash', path('a.txt'), signal))
    assert.ok(version && removed)
    assert.deepEqual([version.path, version.who, version.bytes], ['a.txt', there.bob.peer, 5])

    const back = await settled(editor.restore(version.id, path('a.txt'), signal))
    assert.deepEqual([back.path, back.outcome], ['a.txt', 'done'])
    assert.equal(await readFile(join(there.photos, 'a.txt'), 'utf8'), 'first')
    await settled(editor.restore(removed.id, path('d/b.txt'), signal))
    assert.equal(await readFile(join(there.photos, 'd', 'b.txt'), 'utf8'), 'second')
    await assert.rejects(settled(editor.restore(removed.id, path('c.txt'), signal)), {
      kind: 'missing',
    })
  })

  test('of a file that is written to meanwhile is not made', async () => {
    let isFirst = true
    const changing =
      (usual: Answerer): Answerer =>
      async (question) => {
        if (question.path.endsWith('/bytes') && isFirst) {
          isFirst = false
          await writeFile(join(there.bobs, 'film.mkv'), 'something else')
        }
        return usual(question)
      }
    await using there = await anaAndBob(changing)
    await assert.rejects(there.settled(there.put('film.mkv', film)), { kind: 'changed' })
    const names = await readdir(there.photos)
    assert.ok(!names.includes('film.mkv'))
  })

  test('goes on where it was when the owner was away in the middle of it', async () => {
    let asked = 0
    let goAway = (): void => {}
    let goOn = (): void => {}
    const isAway = new Promise<void>((resolve) => (goOn = resolve))
    const counting =
      (usual: Answerer): Answerer =>
      async (question) => {
        const answer = await usual(question)
        if (!question.path.endsWith('/bytes') || !answer.body || answer.body instanceof Uint8Array)
          return answer
        return { ...answer, body: counted(answer.body) }
      }
    async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of body) {
        asked += chunk.length
        if (asked > 2 * pieceBytes) {
          goAway()
          await isAway
        }
        yield chunk
      }
    }
    await using there = await anaAndBob(counting)
    const away = new Promise<void>((resolve) => (goAway = resolve))
    const putting = there.put('film.mkv', film)
    putting.catch(() => {})
    await there.settled(away)
    goAway = () => {}
    await there.settled(there.ana.leave())
    goOn()
    assert.ok(!(await readdir(there.photos)).includes('film.mkv'))
    const again = await there.settled(there.started())
    await there.bob.mesh.book.remember(again.peer, [again.address], 'user')
    await again.mesh.book.put(there.bob.peer, { trust: 'trusted' })
    const result = await there.settled(putting)
    assert.equal(result.outcome, 'done')
    assert.equal(Buffer.compare(await readFile(join(there.photos, 'film.mkv')), film), 0)
    assert.ok(asked < 2 * film.length, `${asked} bytes for ${film.length}`)
  })
})

/** Resolves when the folder was looked through. */
async function wholeHead(share: OwnShare): Promise<void> {
  if (share.head()?.head.indexing === false) return
  await new Promise<void>((resolve) => {
    const waiting = share.headChanged.subscribe(({ head }) => {
      if (head.indexing) return
      waiting[Symbol.dispose]()
      resolve()
    })
  })
}
