import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { ForeignFolderError, makePrivateFolder } from '../../src/base/private-folder.ts'
import { PrivateSocket, SocketPathError } from '../../src/base/private-socket.ts'
import { tempFolder } from '../kit/temp-folder.ts'

suite('a private folder', () => {
  test('is made for this user alone, and shut where it was open', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'a', 'b')
    await makePrivateFolder(path)
    assert.equal((await lstat(path)).mode & 0o777, 0o700)
    await chmod(path, 0o755)
    await makePrivateFolder(path)
    assert.equal((await lstat(path)).mode & 0o777, 0o700)
  })

  test('is no link: somebody else may have laid it', async () => {
    await using folder = await tempFolder()
    await mkdir(join(folder.path, 'real'))
    await symlink(join(folder.path, 'real'), join(folder.path, 'link'))
    await assert.rejects(makePrivateFolder(join(folder.path, 'link')), ForeignFolderError)
  })
})

suite('a private socket', () => {
  test('takes the place of one that was left behind', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'run', 'node.sock')
    await mkdir(join(folder.path, 'run'))
    await writeFile(path, 'left behind')
    await using server = createServer()
    await new PrivateSocket(path).listen(server)
    const stats = await lstat(path)
    assert.ok(stats.isSocket())
    assert.equal(stats.mode & 0o777, 0o600)
  })

  test('says so when its path is longer than the system allows', async () => {
    const path = join('/tmp', 'x'.repeat(120), 'node.sock')
    await assert.rejects(new PrivateSocket(path).listen(createServer()), SocketPathError)
  })
})
