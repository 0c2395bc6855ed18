import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { scannedFolder } from '../../kit/scanned-folder.ts'
import type { ScannedFolder } from '../../kit/scanned-folder.ts'

suite('a scan whose process is killed', () => {
  for (const commits of [1, 60]) {
    test(`after ${commits} commits leaves an index that is right, and goes on`, async () => {
      await using folder = await scannedFolder()
      for (const directory of ['a', 'b', 'c/d']) {
        mkdirSync(join(folder.path, directory), { recursive: true })
        for (let at = 0; at < 100; at++) writeFileSync(join(folder.path, directory, `${at}`), 'x')
      }
      const database = `${folder.database}.killed`
      await killAfter(commits, folder.path, database)
      const reopened = folder.open(database)
      const { files } = reopened.service.summary()
      assert.ok(files >= commits - 3, 'what was committed is there')
      assert.equal(countFiles(reopened, ''), files)
      const report = await reopened.scan()
      assert.deepEqual(report.summary, treeOnDisk(folder.path))
      assert.equal(report.hashedBytes, 300 - files)
    })
  }
})

async function killAfter(commits: number, folder: string, database: string): Promise<void> {
  const script = join(import.meta.dirname, '../../kit/scanning-process.ts')
  const child = spawn(process.execPath, [script, folder, database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let seen = 0
  for await (const _ of createInterface(child.stdout)) if (++seen === commits) child.kill('SIGKILL')
  assert.deepEqual(await exited, [null, 'SIGKILL'])
}

/** By way of the pages, all of which have to be there. */
function countFiles(folder: ScannedFolder, path: string): number {
  const entries = folder.list(path)
  return entries.reduce((sum, entry) => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`
    return sum + (entry.kind === 'file' ? 1 : countFiles(folder, below))
  }, 0)
}
