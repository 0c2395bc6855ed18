import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { ScanOptions, SharePath } from '../../../src/content/content.ts'
import { FolderGoneError } from '../../../src/content/errors.ts'
import { Holds } from '../../../src/content/index/holds.ts'
import { LinuxNotices, watchByInotify } from '../../../src/content/watch/watch-linux.ts'
import { watchFolder } from '../../../src/content/watch/watch.ts'
import type { OpenNotices } from '../../../src/content/watch/watch.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { scannedFolder } from '../../kit/scanned-folder.ts'
import { testSurroundings } from '../../kit/surroundings.ts'

suite('a watched folder', () => {
  test('shows what is written, changed, renamed and deleted in it', async () => {
    await using watched = await watchedFolder()
    await watched.shows(() => writeFileSync(watched.at('new'), 'new'))
    await watched.shows(() => appendFileSync(watched.at('new'), ' and more'))
    await watched.shows(() => renameSync(watched.at('new'), watched.at('old')))
    await watched.shows(() => rmSync(watched.at('old')))
  })

  test('misses nothing in a directory that was made a moment ago', async () => {
    await using watched = await watchedFolder()
    await watched.shows(() => {
      mkdirSync(watched.at('a/b/c'), { recursive: true })
      writeFileSync(watched.at('a/b/c/file'), 'at once')
    })
    await watched.shows(() => writeFileSync(watched.at('a/b/c/later'), 'later'))
    await watched.shows(() => mkdirSync(watched.at('a/b/c/d')))
    await watched.shows(() => writeFileSync(watched.at('a/b/c/d/file'), 'deep'))
  })

  test('goes on with a directory under its new name', async () => {
    await using watched = await watchedFolder()
    await watched.shows(() => {
      mkdirSync(watched.at('before/below'), { recursive: true })
      writeFileSync(watched.at('before/below/file'), 'file')
    })
    await watched.shows(() => renameSync(watched.at('before'), watched.at('after')))
    await watched.shows(() => writeFileSync(watched.at('after/below/file'), 'changed'))
    await watched.shows(() => {
      renameSync(watched.at('after'), watched.at('again'))
      mkdirSync(watched.at('after'))
    })
    await watched.shows(() => writeFileSync(watched.at('after/other'), 'in the new one'))
    await watched.shows(() => writeFileSync(watched.at('again/below/file'), 'in the old one'))
  })

  test('shows that a whole directory is gone', async () => {
    await using watched = await watchedFolder()
    await watched.shows(() => {
      mkdirSync(watched.at('a/b'), { recursive: true })
      writeFileSync(watched.at('a/b/file'), 'file')
    })
    await watched.shows(() => rmSync(watched.at('a'), { recursive: true }))
    await watched.shows(() => writeFileSync(watched.at('a'), 'a file by now'))
  })

  test('leaves alone what the writer holds, until it lets go', async () => {
    await using watched = await watchedFolder()
    await watched.shows(() => writeFileSync(watched.at('first'), 'after the scan at the start'))
    const hold = watched.holds.hold(['held' as SharePath])
    writeFileSync(watched.at('held'), 'by the writer')
    await watched.shows(() => writeFileSync(watched.at('free'), 'by somebody'), ['free'])
    assert.equal(watched.entry('held'), undefined)
    await watched.shows(() => hold[Symbol.dispose]())
  })

  test('is looked through whenever it is time, whatever the platform tells', async () => {
    await using watched = await watchedFolder({ rescanEveryMs: 60_000, openNotices: deaf })
    await watched.shows(() => writeFileSync(watched.at('unheard'), 'of'))
    await watched.shows(() => rmSync(watched.at('unheard')))
  })

  test('says so when the system lets us watch no more, and watches the rest', async () => {
    await using watched = await watchedFolder({ openNotices: atMost(2) })
    await watched.shows(() => mkdirSync(watched.at('a')))
    await watched.shows(() => mkdirSync(watched.at('b')))
    await watched.shows(() => writeFileSync(watched.at('a/file'), 'in a watched one'))
    const warnings = watched.log.filter(({ level }) => level === 'warn')
    assert.deepEqual(
      warnings.map(({ data }) => data['watched']),
      [2],
    )
  })

  test('tells of trouble, and goes on', async () => {
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    await using watched = await watchedFolder({ onError, rescanEveryMs: 60_000 })
    renameSync(watched.at('.fullmesh'), watched.at('gone'))
    await watched.clock.advanceUntil(() => errors.length > 0, patiently)
    assert.ok(errors[0] instanceof FolderGoneError)
    await watched.shows(() => renameSync(watched.at('gone'), watched.at('.fullmesh')))
    await watched.shows(() => writeFileSync(watched.at('file'), 'file'))
  })

  test('leaves nothing open when it ends', async () => {
    await using _ = watchLeaks()
    await using watched = await watchedFolder()
    await watched.shows(() => mkdirSync(watched.at('a/b/c'), { recursive: true }))
    writeFileSync(watched.at('a/b/c/unseen'), 'at the end')
  })
})

interface WatchSettings {
  readonly rescanEveryMs?: number
  readonly openNotices?: OpenNotices
  readonly onError?: (error: unknown) => void
}

/** A scanned folder that is watched, in the time of a manual clock. */
async function watchedFolder(settings: WatchSettings = {}) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await scannedFolder())
  const { clock, log } = testSurroundings()
  const holds = new Holds()
  const fail = (error: unknown) => {
    throw error
  }
  const { rescanEveryMs = 1e12, onError = fail, openNotices } = settings
  const scan = (options: ScanOptions) => folder.scan(options)
  const watching = await watchFolder(
    { root: folder.path, holds, scan },
    { rescanEveryMs, onError },
    { clock, log },
    openNotices,
  )
  stack.defer(async () => {
    await watching[Symbol.asyncDispose]()
    assert.equal(clock.pending, 0)
  })
  const owned = stack.move()
  return {
    clock,
    holds,
    log: log.lines,
    at: (path: string) => join(folder.path, path),
    entry: (path: string) => folder.entry(path),
    /** Does it, and waits until the tree is that of the disk, or has these paths. */
    shows: async (edit: () => void, paths?: readonly string[]) => {
      edit()
      const isShown = () =>
        paths
          ? paths.every((path) => folder.entry(path))
          : folder.service.summary().tree === treeOnDisk(folder.path).tree
      await clock.advanceUntil(isShown, patiently)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What the disk and the system have to do takes no time on a manual clock. */
const patiently = { stepMs: 50, limitMs: 1e7 }

const deaf: OpenNotices = () => ({ follow: async () => {}, [Symbol.dispose]: () => {} })

function atMost(watchesMax: number): OpenNotices {
  return (root, listener) => {
    let watches = 0
    return new LinuxNotices(root, listener, (path, onEvent) => {
      if (++watches > watchesMax) {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      }
      return watchByInotify(path, onEvent)
    })
  }
}
