import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { ScanReport } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { scannedFolder } from '../../kit/scanned-folder.ts'

suite('a scan leaves out, and says why', () => {
  test('links, wherever they lead', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'inside'))
    writeFileSync(join(folder.path, 'inside', 'file'), 'file')
    symlinkSync('inside', join(folder.path, 'to-inside'))
    symlinkSync('/', join(folder.path, 'to-all'))
    symlinkSync('nowhere', join(folder.path, 'to-nothing'))
    const report = await folder.scan()
    assert.deepEqual(reasons(report), [
      ['to-all', 'link'],
      ['to-inside', 'link'],
      ['to-nothing', 'link'],
    ])
    assert.deepEqual(report.summary, treeOnDisk(folder.path))
  })

  test('what is no file', async () => {
    await using folder = await scannedFolder()
    assert.equal(spawnSync('mkfifo', [join(folder.path, 'pipe')]).status, 0)
    assert.deepEqual(reasons(await folder.scan()), [['pipe', 'special']])
  })

  test('names that would not be the same file everywhere', async () => {
    await using folder = await scannedFolder()
    for (const name of ['what?', 'CON', 'ends in a dot.', 'right\u202eleft', 'good']) {
      writeFileSync(join(folder.path, name), name)
    }
    writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/bytes-`), Buffer.from([0xff])]), '')
    const report = await folder.scan()
    assert.deepEqual(reasons(report), [
      ['CON', 'name'],
      ['bytes-\u{fffd}', 'name'],
      ['ends in a dot.', 'name'],
      ['right\u202eleft', 'name'],
      ['what?', 'name'],
    ])
    assert.equal(report.summary.files, 1)
    const again = await folder.scan()
    assert.deepEqual([again.left.length, again.hashedBytes], [5, 0])
  })

  test('of names that are one file elsewhere all but the first', async () => {
    await using folder = await scannedFolder()
    for (const name of ['readme', 'README', 'ReadMe']) writeFileSync(join(folder.path, name), name)
    assert.deepEqual(reasons(await folder.scan()), [
      ['ReadMe', 'collision'],
      ['readme', 'collision'],
    ])
    assert.equal(folder.entry('README')?.kind, 'file')
    rmSync(join(folder.path, 'README'))
    await folder.scan({ paths: [parseSharePath('README')] })
    assert.deepEqual(
      ['README', 'ReadMe', 'readme'].filter((name) => folder.entry(name)),
      ['ReadMe'],
    )
  })

  test('of a decomposed and a composed name the decomposed one', async () => {
    await using folder = await scannedFolder()
    writeFileSync(join(folder.path, 'e\u0301'), 'decomposed')
    await folder.scan()
    assert.equal(folder.service.summary().bytes, 10)
    writeFileSync(join(folder.path, '\u00e9'), 'composed')
    await folder.scan({ paths: [parseSharePath('\u00e9')] })
    assert.equal(folder.service.summary().bytes, 8)
    rmSync(join(folder.path, '\u00e9'))
    await folder.scan()
    assert.equal(folder.service.summary().bytes, 10)
  })

  test('folders that lie too deep', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, ...Array.from({ length: 65 }, () => 'd')), { recursive: true })
    const report = await folder.scan()
    assert.deepEqual(
      report.left.map(({ reason }) => reason),
      ['name'],
    )
  })
})

suite('what is in the tree under another kind of thing', () => {
  test('goes when a link takes its place', async () => {
    await using folder = await scannedFolder()
    writeFileSync(join(folder.path, 'file'), 'file')
    linkSync(join(folder.path, 'file'), join(folder.path, 'second'))
    await folder.scan()
    assert.equal(folder.service.summary().files, 2)
    rmSync(join(folder.path, 'second'))
    symlinkSync('file', join(folder.path, 'second'))
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })
})

function reasons({ left }: ScanReport): string[][] {
  return left
    .map(({ diskPath, reason }) => [diskPath, reason])
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
}
