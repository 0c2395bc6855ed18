import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { SettingsFile } from '../../../src/doors/api/settings-file.ts'
import { ConfigError } from '../../../src/doors/contract/config.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

suite('the settings file', () => {
  test('need not be there', async () => {
    await using folder = await tempFolder()
    const file = new SettingsFile(join(folder.path, 'new', 'config.json'))
    assert.equal((await file.read()).web.on, true)
  })

  test('holds what was changed, and no more', async () => {
    await using folder = await tempFolder()
    const file = new SettingsFile(join(folder.path, 'config.json'))
    await Promise.all([file.change({ name: 'desk' }), file.change({ discovery: { on: false } })])
    const kept: unknown = JSON.parse(await readFile(file.path, 'utf8'))
    assert.deepEqual(kept, { name: 'desk', discovery: { on: false } })
    assert.equal((await file.read()).discovery.on, false)
  })

  test('stays as it was when the change makes no sense', async () => {
    await using folder = await tempFolder()
    const file = new SettingsFile(join(folder.path, 'config.json'))
    await file.change({ name: 'desk' })
    await assert.rejects(file.change({ rescanEveryMs: 1 }), ConfigError)
    assert.equal((await file.read()).name, 'desk')
  })
})
