import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { missingForRoot } from '../kit/missing-tools.ts'
import { tempFolder } from '../kit/temp-folder.ts'

/** Of each kind. FULLMESH_POWER_CUTS asks for more than fit into a test that everybody runs. */
const cuts = Number(process.env['FULLMESH_POWER_CUTS'] ?? 12)

/** Each begins with a process, and ends with a disk that is put on again. */
const secondsMax = cuts * 2.5

const skip = missingForRoot('unshare', 'mount', 'umount', 'losetup', 'mkfs.ext4', 'perl')

suite('a disk whose power is cut while it is written to', () => {
  for (const journal of ['same', 'other']) {
    test(
      `has kept every acknowledged write, whole, with the journal on the ${journal} disk`,
      { skip },
      async (t) => {
        await using temp = await tempFolder()
        const program = join(import.meta.dirname, '../kit/power-cuts.ts')
        const { stdout } = await promisify(execFile)('unshare', [
          '--mount',
          '--propagation=private',
          process.execPath,
          program,
          temp.path,
          journal,
          String(cuts),
          String(secondsMax),
        ])
        t.diagnostic(stdout.trim())
        const [made] = /^\d+/.exec(stdout) ?? []
        assert.ok(Number(made) >= cuts / 4, `only ${made} cuts in ${secondsMax} s`)
      },
    )
  }
})
