import assert from 'node:assert/strict'
import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MissingError } from '../../../src/base/errors.ts'
import { NotPlainError } from '../../../src/content/folder/place-failure.ts'
import { openLinuxPlace } from '../../../src/content/folder/walk-linux.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { startSwapping } from '../../kit/swapper.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const isLinux = process.platform === 'linux'

suite('while another process swaps a directory for a link', { skip: !isLinux }, () => {
  test('8,000 reads by descriptor never read what is outside, though reads by path do', async () => {
    await using folder = await plantSwapped()
    await using _ = await startSwapping(folder.swapped, folder.directory, folder.link)
    using place = openLinuxPlace(folder.share)
    const seen = { inside: 0, refused: 0, escapedByPath: 0 }
    for (let reads = 0; reads < 8_000 || isBlind(seen); reads++) {
      assert.ok(reads < readsMax, `after ${reads} reads: ${JSON.stringify(seen)}`)
      try {
        using file = place.openFile(parseSharePath('swapped/file.txt'))
        assert.equal(readFileSync(file.fd, 'utf8'), 'inside')
        seen.inside++
      } catch (error) {
        assertRefused(error)
        if (error instanceof NotPlainError) seen.refused++
      }
      if (readByPath(join(folder.swapped, 'file.txt')) === 'outside') seen.escapedByPath++
    }
  })

  test('2,000 files made by descriptor never come to stand outside', async () => {
    await using folder = await plantSwapped()
    await using _ = await startSwapping(folder.swapped, folder.directory, folder.link)
    using place = openLinuxPlace(folder.share)
    const seen = { inside: 0, refused: 0 }
    for (let writes = 0; writes < 2_000 || isBlind(seen); writes++) {
      assert.ok(writes < readsMax, `after ${writes} writes: ${JSON.stringify(seen)}`)
      try {
        using directory = place.openDirectory(parseSharePath('swapped'))
        closeSync(openSync(directory.at('new.txt'), makeFlags, 0o600))
        assert.deepEqual(readdirSync(folder.outside), ['file.txt'])
        unlinkSync(directory.at('new.txt'))
        seen.inside++
      } catch (error) {
        assertRefused(error)
        if (error instanceof NotPlainError) seen.refused++
      }
    }
    assert.deepEqual(readdirSync(folder.outside), ['file.txt'])
  })
})

const makeFlags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW

/** Far more than it takes to meet the directory, the link and the moments between. */
const readsMax = 300_000

/** Whether some case has not been met yet, so that the test would prove nothing. */
function isBlind(seen: Readonly<Record<string, number>>): boolean {
  return Object.values(seen).includes(0)
}

/** Guards the last name only. */
function readByPath(path: string): string | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      return readFileSync(fd, 'utf8')
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}

function assertRefused(error: unknown): void {
  assert.ok(error instanceof NotPlainError || error instanceof MissingError, String(error))
}

async function plantSwapped() {
  const folder = await tempFolder()
  const [share, outside] = [join(folder.path, 'share'), join(folder.path, 'outside')]
  const [directory, link] = [join(share, 'directory'), join(share, 'link')]
  mkdirSync(directory, { recursive: true })
  mkdirSync(outside)
  writeFileSync(join(directory, 'file.txt'), 'inside')
  writeFileSync(join(outside, 'file.txt'), 'outside')
  symlinkSync(outside, link)
  return {
    share,
    outside,
    directory,
    link,
    swapped: join(share, 'swapped'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
