import assert from 'node:assert/strict'
import { chmod, lstat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemRandom } from '../../src/base/random.ts'
import { openSecretFile } from '../../src/base/secret-file.ts'
import { tempFolder } from '../kit/temp-folder.ts'

suite('a secret in a file', () => {
  test('is made at first use, for this user alone, and stays', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'secret')
    const secret = await openSecretFile(file, systemRandom)
    assert.match(secret, /^[0-9a-f]{64}$/)
    assert.equal((await lstat(file)).mode & 0o777, 0o600)
    assert.equal(await openSecretFile(file, systemRandom), secret)
  })

  test('is made anew once others could read it', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'secret')
    const secret = await openSecretFile(file, systemRandom)
    await chmod(file, 0o640)
    assert.notEqual(await openSecretFile(file, systemRandom), secret)
    assert.equal((await lstat(file)).mode & 0o777, 0o600)
  })

  test('is made anew if it is none', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'secret')
    await writeFile(file, 'short', { mode: 0o600 })
    assert.match(await openSecretFile(file, systemRandom), /^[0-9a-f]{64}$/)
  })
})
