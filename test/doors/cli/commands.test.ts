import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { errorKinds } from '../../../src/base/errors.ts'
import { commands, commonOptions, parents } from '../../../src/doors/cli/commands.ts'
import { completionScript } from '../../../src/doors/cli/completion-script.ts'
import { manualPage } from '../../../src/doors/cli/manual-page.ts'
import { systemdUnit } from '../../../src/doors/cli/systemd-unit.ts'
import { FakeTerminal } from '../../kit/doors/fake-terminal.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

suite('each command', () => {
  for (const { name, load } of commands) {
    test(`${name} has a module of its own and help`, async () => {
      assert.equal(typeof (await load()), 'function')
      const terminal = new FakeTerminal()
      assert.equal(await terminal.run(...name.split(' '), '--help'), 0)
      assert.match(terminal.output, new RegExp(`Usage: fullmesh ${name}`))
    })
  }

  test('takes no password as an argument', () => {
    const options = commands.flatMap((spec) => spec.options ?? [])
    const values = options.filter(({ flags }) => /password/i.test(flags) && flags.includes('<'))
    for (const { flags } of values) assert.match(flags, /-file <file>$/)
  })
})

suite('words that are wrong', () => {
  const wrong: readonly (readonly string[])[] = [
    ['nonsense'],
    ['get'],
    ['share', 'set', 'x', '--read', 'nobody'],
    ['ls', '--nonsense'],
    ['get', 'a', 'b', 'c'],
  ]
  for (const words of wrong) {
    test(`end with code 2 and a hint: ${words.join(' ')}`, async () => {
      const terminal = new FakeTerminal()
      assert.equal(await terminal.run(...words), 2)
      assert.match(terminal.errors, /^fullmesh: .*\n(?:\(Did you mean .*\n)?"fullmesh help"/)
    })
  }

  test('alone are answered by the list of commands', async () => {
    const terminal = new FakeTerminal()
    assert.equal(await terminal.run(), 2)
    for (const group of ['Share:', 'Copy:', 'Change:', 'Peers:', 'Node:']) {
      assert.ok(terminal.errors.includes(group), group)
    }
  })
})

suite('what is made of the table of commands', () => {
  const table = { commands, parents, commonOptions }

  test('completes each command and option', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const script = completionScript(shell, table)
      for (const word of ['share', 'accept-losses', 'copies', 'resume', 'password-stdin']) {
        assert.ok(script.includes(word), `${shell} ${word}`)
      }
    }
  })

  test('is a manual page with each command and each exit code', () => {
    const page = manualPage(commands, commonOptions, '1.2.3')
    for (const { name } of commands) assert.ok(page.includes(`fullmesh ${name}`), name)
    for (const { exit } of Object.values(errorKinds)) assert.ok(page.includes(`\n.B ${exit}\n`))
    assert.doesNotMatch(page, /^(?!\.[A-Z])\./m)
  })

  test('is a unit for systemd that quotes what must be quoted and allows a compiler', () => {
    const unit = systemdUnit(['/opt/my node/node', '/x/100%"$HOME'], { FULLMESH_HOME: '/h' })
    assert.ok(unit.includes(String.raw`ExecStart="/opt/my node/node" "/x/100%%\"$$HOME" up`))
    assert.match(unit, /^Environment="FULLMESH_HOME=\/h"$/m)
    assert.match(unit, /^Environment=MALLOC_ARENA_MAX=2$/m)
    assert.doesNotMatch(unit, /MemoryDenyWriteExecute/)
    assert.match(unit, /^NoNewPrivileges=yes$/m)
  })

  test('is a unit without a word that systemd does not know', async (t) => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'fullmesh.service')
    await writeFile(file, systemdUnit([process.execPath, process.execPath], {}))
    const env = { ...process.env, XDG_RUNTIME_DIR: folder.path }
    const words = ['verify', '--user', '--man=no', file]
    const { error, stdout, stderr } = spawnSync('systemd-analyze', words, { env, encoding: 'utf8' })
    if (error) return t.skip('systemd is not here')
    assert.equal(stdout + stderr, '')
  })
})
