import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { lockState, StateInUseError } from '../../src/base/state-lock.ts'
import { tempFolder } from '../kit/temp-folder.ts'

const lockFile = new URL('../../src/base/state-lock.ts', import.meta.url).href

suite('the lock of the state', () => {
  test('keeps a second holder out until the first lets go', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    const first = lockState(path)
    assert.equal((await lstat(path)).mode & 0o777, 0o600)
    assert.equal(await held(path), false)
    first[Symbol.dispose]()
    using _ = lockState(path)
  })

  test('is free as soon as its holder is killed', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    const code = `import { lockState } from '${lockFile}'; lockState('${path}'); console.log('held'); setInterval(() => {}, 1e6)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code])
    const exited = once(child, 'exit')
    // A child that fails at once says nothing: it must not be waited for.
    await Promise.race([once(child.stdout, 'data'), exited])
    try {
      assert.throws(() => lockState(path), StateInUseError)
    } finally {
      child.kill('SIGKILL')
      await exited
    }
    using _ = lockState(path)
  })
})

/** Whether another process gets the lock. */
async function held(path: string): Promise<boolean> {
  const code = `import { lockState } from '${lockFile}'; lockState('${path}')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  const [exit] = await once(child, 'exit')
  return exit === 0
}
