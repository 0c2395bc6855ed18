import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MissingError } from '../../../src/base/errors.ts'
import { FolderGoneError } from '../../../src/content/errors.ts'
import { openPlace } from '../../../src/content/folder/open-place.ts'
import { NotPlainError, UnreadableError } from '../../../src/content/folder/place-failure.ts'
import { attributesOf } from '../../../src/content/folder/place.ts'
import type { Place } from '../../../src/content/folder/place.ts'
import { openLinuxPlace } from '../../../src/content/folder/walk-linux.ts'
import { openPortablePlace } from '../../../src/content/folder/walk-portable.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const isLinux = process.platform === 'linux'

const walks: Readonly<Record<string, (root: string) => Place>> = {
  ...(isLinux ? { 'by descriptor': openLinuxPlace } : {}),
  'by path': openPortablePlace,
}

for (const [how, open] of Object.entries(walks)) {
  suite(`a folder walked ${how}`, () => {
    test('hands out the files that are in it', async () => {
      await using folder = await plantFolder()
      using place = open(folder.share)
      assert.equal(read(place, 'top.txt'), 'top')
      assert.equal(read(place, 'docs/deep/note.txt'), 'note')
      assert.equal(place.stat(parseSharePath('docs/deep/note.txt'))?.size, 4n)
      assert.ok(place.stat(parseSharePath('docs'))?.isDirectory())
      assert.equal(
        place.stat(parseSharePath(''))?.ino,
        statSync(folder.share, { bigint: true }).ino,
      )
    })

    test('lists what the disk has, links as links', async () => {
      await using folder = await plantFolder()
      symlinkSync(folder.outside, join(folder.share, 'link'))
      using place = open(folder.share)
      const list = place.root.list().map((entry) => [entry.name, entry.isSymbolicLink()] as const)
      const isLinkByName = { docs: false, link: true, 'top.txt': false }
      assert.deepEqual(Object.fromEntries(list), isLinkByName)
      using docs = place.openDirectory(parseSharePath('docs'))
      assert.deepEqual(
        docs
          .list()
          .map(({ name }) => name)
          .toSorted(),
        ['deep'],
      )
    })

    test('has nothing where nothing is', async () => {
      await using folder = await plantFolder()
      using place = open(folder.share)
      for (const path of ['none', 'none/none', 'docs/none', 'docs/none/none']) {
        assert.throws(() => place.openFile(parseSharePath(path)), MissingError, path)
        assert.throws(() => place.openDirectory(parseSharePath(path)), MissingError, path)
        assert.equal(place.stat(parseSharePath(path)), undefined, path)
      }
    })

    test('is not left by a link, whether it is the last name, a parent or all of them', async () => {
      await using folder = await plantFolder()
      symlinkSync(join(folder.outside, 'secret.txt'), join(folder.share, 'file-link'))
      symlinkSync(folder.outside, join(folder.share, 'dir-link'))
      symlinkSync('top.txt', join(folder.share, 'inner-link'))
      symlinkSync('../../../outside', join(folder.share, 'docs/deep/up'))
      using place = open(folder.share)
      const paths = ['file-link', 'inner-link', 'dir-link/secret.txt', 'docs/deep/up/secret.txt']
      for (const path of paths) {
        const error = thrownBy(() => read(place, path))
        assert.ok(error instanceof NotPlainError, path)
        assert.equal(error.found, 'link', path)
        assert.match(error.message, /links are not followed/)
      }
      for (const path of ['dir-link', 'docs/deep/up', 'dir-link/sub']) {
        const error = thrownBy(() => place.openDirectory(parseSharePath(path)))
        assert.ok(error instanceof NotPlainError && error.found === 'link', path)
      }
      assert.ok(place.stat(parseSharePath('dir-link'))?.isSymbolicLink())
      assert.throws(() => place.stat(parseSharePath('dir-link/secret.txt')), NotPlainError)
    })

    test('tells files from directories', async () => {
      await using folder = await plantFolder()
      using place = open(folder.share)
      const file = thrownBy(() => place.openDirectory(parseSharePath('top.txt')))
      assert.ok(file instanceof NotPlainError && file.found === 'file')
      const below = thrownBy(() => place.openFile(parseSharePath('top.txt/below')))
      assert.ok(below instanceof NotPlainError && below.found === 'file')
      const directory = thrownBy(() => place.openFile(parseSharePath('docs')))
      assert.ok(directory instanceof NotPlainError && directory.found === 'directory')
    })

    test('opens no pipe, socket or device, and waits for none', { skip: !isLinux }, async () => {
      await using folder = await plantFolder()
      execFileSync('mkfifo', [join(folder.share, 'pipe')])
      const server = createServer().listen(join(folder.share, 'socket'))
      await new Promise((resolve) => server.once('listening', resolve))
      using place = open(folder.share)
      for (const path of ['pipe', 'socket']) {
        const error = thrownBy(() => place.openFile(parseSharePath(path)))
        assert.ok(error instanceof NotPlainError && error.found === 'special', path)
      }
      await new Promise((resolve) => server.close(resolve))
    })

    test('takes only single components, whoever asks', async () => {
      await using folder = await plantFolder()
      using place = open(folder.share)
      for (const name of ['', '.', '..', 'docs/deep', '../outside', '/etc', 'top.txt\0']) {
        assert.throws(() => place.root.at(name), RangeError, name)
        assert.throws(() => place.root.stat(name), RangeError, name)
        assert.throws(() => place.root.openFile(name), RangeError, name)
        assert.throws(() => place.root.openDirectory(name), RangeError, name)
      }
    })

    test('finds a name that the disk keeps decomposed', async () => {
      await using folder = await plantFolder()
      mkdirSync(join(folder.share, 'e\u0301te\u0301'))
      writeFileSync(join(folder.share, 'e\u0301te\u0301', 'u\u0308.txt'), 'decomposed')
      using place = open(folder.share)
      assert.equal(read(place, 'été/ü.txt'), 'decomposed')
      writeFileSync(place.root.at('neu é'), 'composed')
      assert.ok(readdirSync(folder.share).includes('neu é'))
      writeFileSync(join(folder.share, 'été'), 'both')
      assert.equal(read(place, 'été'), 'both')
    })

    test('lets names be made, moved and removed in an open directory', async () => {
      await using folder = await plantFolder()
      using place = open(folder.share)
      using directory = place.openDirectory(parseSharePath('docs/deep'))
      const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY
      closeSync(openSync(directory.at('new'), flags, 0o600))
      linkSync(directory.at('new'), directory.at('second'))
      renameSync(directory.at('second'), place.root.at('third'))
      rmSync(directory.at('new'))
      mkdirSync(directory.at('made'))
      directory.sync()
      assert.deepEqual(readdirSync(join(folder.share, 'docs/deep')).toSorted(), [
        'made',
        'note.txt',
      ])
      assert.ok(readdirSync(folder.share).includes('third'))
    })

    test('has no open directory that leads out when its name goes to a link', async () => {
      await using folder = await plantFolder()
      using place = open(folder.share)
      using docs = place.openDirectory(parseSharePath('docs'))
      renameSync(join(folder.share, 'docs'), join(folder.share, 'moved'))
      symlinkSync(folder.outside, join(folder.share, 'docs'))
      for (const act of [() => docs.openFile('secret.txt'), () => docs.openDirectory('sub')]) {
        const error = thrownBy(act)
        assert.ok(error instanceof NotPlainError || error instanceof MissingError, String(error))
      }
      const seen: unknown[] = []
      const refusal = thrownBy(() => seen.push(docs.stat('secret.txt'), docs.list().length))
      assert.ok(refusal instanceof NotPlainError || (seen[0] === undefined && seen[1] === 1))
    })

    test('is gone when its root is', async () => {
      await using folder = await plantFolder()
      assert.throws(() => open(join(folder.path, 'none')), FolderGoneError)
      assert.throws(() => open(join(folder.share, 'top.txt')), FolderGoneError)
    })

    test('may itself be reached by a link: which folder is shared is for its owner to say', async () => {
      await using folder = await plantFolder()
      symlinkSync(folder.share, join(folder.path, 'shortcut'))
      using place = open(join(folder.path, 'shortcut'))
      assert.equal(read(place, 'docs/deep/note.txt'), 'note')
    })

    test('leaves nothing open behind', { skip: !isLinux }, async () => {
      await using folder = await plantFolder()
      symlinkSync(folder.outside, join(folder.share, 'link'))
      const before = readdirSync('/proc/self/fd').length
      {
        using place = open(folder.share)
        for (const path of ['docs/deep/note.txt', 'docs', 'docs/none/x', 'link/x', 'top.txt']) {
          thrownBy(() => read(place, path))
          thrownBy(() => place.openDirectory(parseSharePath(path))[Symbol.dispose]())
          thrownBy(() => place.stat(parseSharePath(path)))
        }
        place.openDirectory(parseSharePath(''))[Symbol.dispose]()
      }
      assert.equal(readdirSync('/proc/self/fd').length, before)
    })
  })
}

suite('an open directory', { skip: !isLinux }, () => {
  test('stays the same one when its name goes to a link', async () => {
    await using folder = await plantFolder()
    using place = openPlace(folder.share)
    using docs = place.openDirectory(parseSharePath('docs'))
    renameSync(join(folder.share, 'docs'), join(folder.share, 'moved'))
    symlinkSync(folder.outside, join(folder.share, 'docs'))
    writeFileSync(docs.at('written.txt'), 'inside')
    assert.deepEqual(readdirSync(folder.outside).toSorted(), ['secret.txt', 'sub'])
    assert.equal(readFileSync(join(folder.share, 'moved/written.txt'), 'utf8'), 'inside')
  })
})

suite('a file that may not be read', () => {
  const isRoot = process.getuid?.() === 0
  test('is told apart from one that is missing', { skip: isRoot || !isLinux }, async () => {
    await using folder = await plantFolder()
    writeFileSync(join(folder.share, 'private'), 'x', { mode: 0 })
    using place = openPlace(folder.share)
    assert.throws(() => place.openFile(parseSharePath('private')), UnreadableError)
  })

  test('is so for names that the disk can not have', async () => {
    await using folder = await plantFolder()
    using place = openPlace(folder.share)
    assert.throws(() => place.root.openFile('x'.repeat(300)), { code: 'ENAMETOOLONG' })
  })
})

suite('the attributes of a file', () => {
  test('are its time to the millisecond and whether its owner may execute it', async () => {
    await using folder = await plantFolder()
    const path = join(folder.share, 'top.txt')
    const stats = statSync(path, { bigint: true })
    const at = (mtimeNs: bigint, mode: bigint) =>
      attributesOf(Object.assign(Object.create(stats), { mtimeNs, mode }))
    assert.deepEqual(at(1_500_000n, 0o644n), { mtimeMs: 2, executable: false })
    assert.deepEqual(at(-1_400_000n, 0o100n), { mtimeMs: -1, executable: true })
    assert.equal(at(10n ** 23n, 0o011n).mtimeMs, 8.64e15)
    assert.equal(at(-(10n ** 23n), 0o011n).mtimeMs, -8.64e15)
    assert.equal(at(10n ** 23n, 0o011n).executable, false)
  })
})

interface PlantedFolder extends AsyncDisposable {
  readonly path: string
  readonly share: string
  readonly outside: string
}

/** A share beside a folder with a secret that nobody may reach through it. */
async function plantFolder(): Promise<PlantedFolder> {
  const folder = await tempFolder()
  const [share, outside] = [join(folder.path, 'share'), join(folder.path, 'outside')]
  mkdirSync(join(share, 'docs/deep'), { recursive: true })
  mkdirSync(join(outside, 'sub'), { recursive: true })
  writeFileSync(join(share, 'top.txt'), 'top')
  writeFileSync(join(share, 'docs/deep/note.txt'), 'note')
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  return {
    path: folder.path,
    share,
    outside,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

function read(place: Place, path: string): string {
  using file = place.openFile(parseSharePath(path))
  return readFileSync(file.fd, 'utf8')
}

function thrownBy(act: () => unknown): unknown {
  try {
    act()
    return undefined
  } catch (error) {
    return error
  }
}
