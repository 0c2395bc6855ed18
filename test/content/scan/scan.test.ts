import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { InterruptedError } from '../../../src/base/errors.ts'
import type { ScanReport } from '../../../src/content/content.ts'
import { attributesOf } from '../../../src/content/folder/place.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { emptyTree } from '../../../src/content/tree/page.ts'
import { contentOfBytes } from '../../kit/content-of-bytes.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { hurriedClock } from '../../kit/hurried-clock.ts'
import { scannedFolder } from '../../kit/scanned-folder.ts'
import type { ScannedFolder } from '../../kit/scanned-folder.ts'

suite('a scan', () => {
  test('finds the files of a folder, with all that is to be known of them', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'letters'))
    writeFileSync(join(folder.path, 'letters', 'ana.txt'), 'Dear Ana')
    writeFileSync(join(folder.path, 'run.sh'), '#!/bin/sh')
    chmodSync(join(folder.path, 'run.sh'), 0o755)
    const report = await folder.scan()
    assert.deepEqual(report.summary, treeOnDisk(folder.path))
    assert.deepEqual([report.files, report.bytes, report.hashedBytes], [2, 17, 17])
    assert.deepEqual(folder.entry('letters/ana.txt'), {
      kind: 'file',
      name: 'ana.txt',
      content: contentOfBytes(Buffer.from('Dear Ana')),
      mtimeMs: Math.round(statSync(join(folder.path, 'letters', 'ana.txt')).mtimeMs),
      executable: false,
    })
    const run = folder.entry('run.sh')
    assert.equal(run?.kind === 'file' && run.executable, true)
    assert.deepEqual(folder.changes, [report.summary])
  })

  test('keeps empty folders, and leaves its own place out', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'empty'))
    writeFileSync(join(folder.path, '.fullmesh', 'stage'), 'not to be shared')
    assert.deepEqual((await folder.scan()).left, [])
    assert.deepEqual(folder.entry('empty'), {
      kind: 'directory',
      name: 'empty',
      summary: emptyTree,
    })
    assert.deepEqual(
      folder.service.list(parseSharePath(''), undefined, 10).map(({ name }) => name),
      ['empty'],
    )
  })

  test('hashes nothing again that has not changed, also after a restart', async () => {
    await using folder = await scannedFolder()
    for (let at = 0; at < 300; at++) writeFileSync(join(folder.path, `${at}`), `${at}`)
    mkdirSync(join(folder.path, 'below'))
    writeFileSync(join(folder.path, 'below', 'file'), 'file')
    const first = await folder.scan()
    const again = await folder.scan()
    assert.deepEqual([again.files, again.hashedBytes], [301, 0])
    await folder.service.close()
    const restarted = await folder.open(folder.database).scan()
    assert.equal(restarted.hashedBytes, 0)
    assert.deepEqual(restarted.summary, first.summary)
  })

  test('hashes what has changed, and nothing else', async () => {
    await using folder = await scannedFolder()
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder.path, name), name)
    await folder.scan()
    writeFileSync(join(folder.path, 'b'), 'bb')
    const report = await folder.scan()
    assert.equal(report.hashedBytes, 2)
    assert.deepEqual(report.summary, treeOnDisk(folder.path))
  })

  test('sees a change that hides behind the old time and length', async () => {
    await using folder = await scannedFolder()
    const path = join(folder.path, 'container')
    writeFileSync(path, 'secret one')
    utimesSync(path, 1e9, 1e9)
    await folder.scan()
    writeFileSync(path, 'secret two')
    utimesSync(path, 1e9, 1e9)
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })

  test('hashes a file again that was written just before it was hashed', async () => {
    await using folder = await scannedFolder()
    const path = join(folder.path, 'fresh')
    writeFileSync(path, 'one')
    const writtenMs = statSync(path).ctimeMs
    await folder.scan({}, writtenMs + 1_000)
    assert.equal((await folder.scan({}, writtenMs + 10_000)).hashedBytes, 3)
    assert.equal((await folder.scan({}, writtenMs + 10_000)).hashedBytes, 0)
  })

  test('sees new times and modes', async () => {
    await using folder = await scannedFolder()
    writeFileSync(join(folder.path, 'file'), 'file')
    await folder.scan()
    utimesSync(join(folder.path, 'file'), 1_234_567_890, 1_234_567_890.1234)
    chmodSync(join(folder.path, 'file'), 0o700)
    await folder.scan()
    const entry = folder.entry('file')
    assert.deepEqual(entry?.kind === 'file' && [entry.mtimeMs, entry.executable], [
      1_234_567_890_123,
      true,
    ])
  })

  test('forgets what is gone, files and folders', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'old', 'older'), { recursive: true })
    for (const name of ['kept', 'gone', 'old/one', 'old/older/two']) {
      writeFileSync(join(folder.path, name), name)
    }
    await folder.scan()
    rmSync(join(folder.path, 'gone'))
    rmSync(join(folder.path, 'old'), { recursive: true })
    const { summary } = await folder.scan()
    assert.deepEqual(summary, treeOnDisk(folder.path))
    assert.equal(summary.files, 1)
  })

  test('follows a file that becomes a folder, and a folder that becomes a file', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'b'))
    for (const name of ['a', 'b/inner']) writeFileSync(join(folder.path, name), name)
    await folder.scan()
    rmSync(join(folder.path, 'a'))
    rmSync(join(folder.path, 'b'), { recursive: true })
    mkdirSync(join(folder.path, 'a'))
    for (const name of ['b', 'a/inner']) writeFileSync(join(folder.path, name), name)
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
    assert.equal(folder.entry('b/inner'), undefined)
  })

  test('knows a folder again under another name, without hashing it', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'before', 'below'), { recursive: true })
    for (const name of ['one', 'below/two']) writeFileSync(join(folder.path, 'before', name), name)
    await folder.scan()
    mkdirSync(join(folder.path, 'into'))
    renameSync(join(folder.path, 'before'), join(folder.path, 'into', 'after'))
    const report = await folder.scan()
    assert.equal(report.hashedBytes, 0)
    assert.deepEqual(report.summary, treeOnDisk(folder.path))
  })

  test('shows a large file under its new name at once, and hashes it after that', async () => {
    await using folder = await scannedFolder()
    const bytes = Buffer.alloc(9 * 1024 * 1024, 'large')
    writeFileSync(join(folder.path, 'before'), bytes)
    await folder.scan()
    renameSync(join(folder.path, 'before'), join(folder.path, 'after'))
    const changesBefore = folder.changes.length
    const report = await folder.scan({ paths: ['before', 'after'].map(parseSharePath) })
    assert.equal(report.hashedBytes, bytes.length)
    assert.deepEqual(folder.changes.slice(changesBefore), [treeOnDisk(folder.path)])
    assert.equal((await folder.scan()).hashedBytes, 0)
  })

  test('is not taken in by a large file that was moved and changed under its old time', async () => {
    await using folder = await scannedFolder()
    const path = join(folder.path, 'before')
    writeFileSync(path, Buffer.alloc(9 * 1024 * 1024, 'large'))
    utimesSync(path, 1e9, 1e9)
    await folder.scan()
    writeFileSync(path, Buffer.alloc(9 * 1024 * 1024, 'LARGE'))
    utimesSync(path, 1e9, 1e9)
    renameSync(path, join(folder.path, 'after'))
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })

  test('keeps the piece hashes of larger files, and finds where they stand', async () => {
    await using folder = await scannedFolder()
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 5, 'pieces')
    writeFileSync(join(folder.path, 'large'), bytes)
    await folder.scan()
    const content = contentOfBytes(bytes)
    assert.equal(folder.service.layer(content)?.length, 4 * 32)
    assert.equal(folder.service.find(content), 'large')
    renameSync(join(folder.path, 'large'), join(folder.path, 'moved'))
    await folder.scan()
    assert.equal(folder.service.find(content), 'moved')
    assert.equal(folder.service.layer(content)?.length, 4 * 32)
    rmSync(join(folder.path, 'moved'))
    await folder.scan()
    assert.equal(folder.service.find(content), undefined)
  })

  test('leaves out a large file that is being written, and keeps what it was', async () => {
    await using folder = await scannedFolder()
    const path = join(folder.path, 'film')
    writeFileSync(path, Buffer.alloc(9 * 1024 * 1024))
    const { summary } = await folder.scan()
    appendFileSync(path, 'more')
    const nowMs = statSync(path).ctimeMs + 10
    const busy = await folder.scan({ paths: [parseSharePath('film')] }, nowMs)
    assert.deepEqual(
      busy.left.map(({ diskPath, reason }) => [diskPath, reason]),
      [['film', 'changing']],
    )
    assert.deepEqual(busy.summary, summary)
    const done = await folder.scan({ paths: [parseSharePath('film')] }, nowMs + 5_000)
    assert.deepEqual(done.summary, treeOnDisk(folder.path))
  })

  test('of some paths looks nowhere else', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'a', 'b'), { recursive: true })
    await folder.scan()
    for (const name of ['a/b/one', 'a/two', 'three']) writeFileSync(join(folder.path, name), name)
    await folder.scan({ paths: [parseSharePath('a/b')] })
    assert.equal(folder.entry('a/b/one')?.kind, 'file')
    assert.equal(folder.entry('a/two'), undefined)
    await folder.scan({ paths: ['a', 'a/b/one', 'none/at/all'].map(parseSharePath) })
    assert.equal(folder.entry('a/two')?.kind, 'file')
    assert.equal(folder.entry('three'), undefined)
    assert.equal(folder.entry('none'), undefined)
  })

  test('tells of the first trees of a large folder before it is through', async () => {
    await using folder = await scannedFolder(hurriedClock())
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder.path, name), name)
    await folder.scan()
    assert.deepEqual(
      folder.changes.map(({ files }) => files),
      [1, 2, 3],
    )
    assert.deepEqual(
      folder.progress.map(({ hashedBytes }) => hashedBytes),
      [0, 1, 2],
    )
  })

  test('gives way to a shorter one, and does not undo what that has found', async () => {
    await using folder = await scannedFolder(hurriedClock(5))
    const long = await beginLongScan(folder)
    writeFileSync(join(folder.path, 'a'), 'changed')
    await folder.scan({ paths: [parseSharePath('a')] })
    await long.report
    assert.deepEqual(folder.service.summary(), treeOnDisk(folder.path))
  })

  test('does not undo what the writer does meanwhile', async () => {
    await using folder = await scannedFolder(hurriedClock(5))
    const long = await beginLongScan(folder)
    const path = join(folder.path, 'a')
    writeFileSync(path, 'changed')
    rmSync(join(folder.path, 'b'))
    renameSync(join(folder.path, 'c'), join(folder.path, 'd'))
    const stamps = statSync(path, { bigint: true })
    const attributes = attributesOf(stamps)
    const content = contentOfBytes(Buffer.from('changed'))
    folder.service.apply([
      { kind: 'put', path: parseSharePath('a'), content, attributes, stamps },
      { kind: 'remove', path: parseSharePath('b') },
      { kind: 'move', from: parseSharePath('c'), to: parseSharePath('d') },
    ])
    await long.report
    assert.equal(folder.entry('b'), undefined)
    assert.equal(folder.entry('c'), undefined)
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })

  test('does not bring back a folder that the writer moves away while it is scanned', async () => {
    await using folder = await scannedFolder(hurriedClock(5))
    mkdirSync(join(folder.path, 'from'))
    const long = await beginLongScan(folder, 'from')
    renameSync(join(folder.path, 'from'), join(folder.path, 'to'))
    const [from, to] = ['from', 'to'].map(parseSharePath)
    assert.ok(from !== undefined && to !== undefined)
    folder.service.apply([{ kind: 'move', from, to }])
    await long.report
    assert.equal(folder.entry('from'), undefined)
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })

  test('leaves out a file that changes while it is hashed', async () => {
    await using folder = await scannedFolder(hurriedClock(5))
    const path = join(folder.path, 'film')
    writeFileSync(path, Buffer.alloc(3 * 1024 * 1024))
    const scan = folder.scan()
    for (let turns = 0; turns < 2; turns++) await turn()
    const before = statSync(path).ctimeMs
    const file = openSync(path, 'r+')
    // Until the clock of the file system has ticked.
    while (statSync(path).ctimeMs === before) writeSync(file, 'in its middle', 1024 * 1024)
    closeSync(file)
    const { left, summary } = await scan
    assert.deepEqual(
      left.map(({ diskPath, reason }) => [diskPath, reason]),
      [['film', 'changing']],
    )
    assert.equal(summary.files, 0)
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })

  test('ends when it is told to, and goes on the next time', async () => {
    await using folder = await scannedFolder(hurriedClock())
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder.path, name), name)
    const scan = folder.scan()
    folder.service.cancel(0)
    await assert.rejects(scan, InterruptedError)
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })
})

/** A first scan that has hashed three small files, not committed them yet, and is at a large one. */
async function beginLongScan(
  folder: ScannedFolder,
  directory = '',
): Promise<{ readonly report: Promise<ScanReport> }> {
  const path = join(folder.path, directory)
  for (const name of ['a', 'b', 'c', 'z']) writeFileSync(join(path, name), name)
  writeFileSync(join(path, 'large'), Buffer.alloc(8 * 1024 * 1024))
  const report = folder.scan()
  // It gives way before each file and after each piece.
  for (let turns = 0; turns < 5; turns++) await turn()
  assert.deepEqual(folder.changes, [])
  return { report }
}
