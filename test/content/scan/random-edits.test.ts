import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { parseSharePath } from '../../../src/content/names.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { hurriedClock } from '../../kit/hurried-clock.ts'
import { scannedFolder } from '../../kit/scanned-folder.ts'

/** Few names, so that edits meet; some of them collide, in case or in spelling. */
const name = fc.constantFrom('a', 'A', 'b', 'c', 'é', 'É', 'zß', '10')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))

const edit = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path, text: fc.string({ maxLength: 8 }) }),
  fc.record({ kind: fc.constant('make' as const), path }),
  fc.record({ kind: fc.constant('link' as const), path }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constant('mode' as const), path }),
  fc.record({ kind: fc.constant('move' as const), path, to: path }),
)
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never

suite('after any edits of a folder', () => {
  test('a scan of their paths, a whole scan and pages made from nothing agree', async () => {
    await using folder = await scannedFolder(hurriedClock())
    const whole = folder.open(`${folder.database}.whole`)
    const rounds = fc.array(fc.array(edit, { minLength: 1, maxLength: 6 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(rounds, async (edits) => {
        const clear = readdirSync(folder.path).filter((text) => text !== '.fullmesh')
        for (const text of clear) rmSync(join(folder.path, text), { recursive: true })
        await folder.scan({ acceptLosses: true })
        for (const round of edits) {
          const touched = round.flatMap((one) => apply(folder.path, one))
          const paths = touched.map(parseSharePath)
          const partial = await folder.scan({ paths, acceptLosses: true })
          assert.deepEqual(partial.summary, treeOnDisk(folder.path))
          assert.deepEqual((await whole.scan({ acceptLosses: true })).summary, partial.summary)
          assert.equal((await folder.scan()).hashedBytes, 0)
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** Leads to nothing that an edit could change by way of the link. */
const nowhere = 'not/there/at/all'

/** Does it if it can be done, and returns the paths that it touched. */
function apply(root: string, one: Edit): string[] {
  const at = join(root, one.path)
  try {
    if (one.kind === 'write') writeFileSync(at, one.text)
    else if (one.kind === 'make') mkdirSync(at)
    else if (one.kind === 'link') symlinkSync(nowhere, at)
    else if (one.kind === 'remove') rmSync(at, { recursive: true })
    else if (one.kind === 'mode') chmodSync(at, 0o700)
    else renameSync(at, join(root, one.to))
  } catch {
    return []
  }
  return one.kind === 'move' ? [one.path, one.to] : [one.path]
}
