import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepPort, keptPort } from '../../src/base/kept-port.ts'
import { tempFolder } from '../kit/temp-folder.ts'

test('the port of a node is kept, and what is no port is none', async () => {
  await using folder = await tempFolder()
  const file = join(folder.path, 'port')
  assert.equal(await keptPort(file), 0)
  await keepPort(file, 4711)
  assert.equal(await keptPort(file), 4711)
  for (const text of ['', 'x', '70000', '-1', '1.5']) {
    await writeFile(file, text)
    assert.equal(await keptPort(file), 0, text)
  }
})
