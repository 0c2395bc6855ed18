import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { SharePath } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { copyProgress } from '../../kit/doors/fake-copies.ts'
import { openFakeNode } from '../../kit/doors/fake-node.ts'
import type { FakeNode } from '../../kit/doors/fake-node.ts'
import { FakeTerminal } from '../../kit/doors/fake-terminal.ts'
import type { FakeTerminalOptions } from '../../kit/doors/fake-terminal.ts'
import { until } from '../../kit/until.ts'

suite('sharing, as people see it', () => {
  test('prints what is shared, who may what, the link, and what to do with it', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('share', '/home/ana/Work'), 0)
    const [first = '', second = ''] = terminal.output.split('\n')
    assert.equal(
      first,
      'Sharing "Work"  2 files, 11 B   read: whoever has the link   change: nobody',
    )
    assert.match(second, /^Link {2}fullmesh:\S+$/)
    assert.equal(terminal.errors, 'Give it to a friend:  fullmesh get "<link>"\n')
  })

  test('draws the link as a QR code on a terminal that has room for it', async () => {
    await using node = await openFakeNode()
    const wide = before(node, { columns: 80 })
    await wide.run('share', 'link', 'Photos')
    assert.match(wide.output, /\[30;107m.*[█▀▄].*\[0m\n/)
    const plain = before(node, { columns: 80 }, { NO_COLOR: '1' })
    await plain.run('share', 'link', 'Photos')
    assert.ok(plain.output.includes('█') && !plain.output.includes('\u001b'))
    const narrow = before(node, { columns: 30 })
    await narrow.run('share', 'link', 'Photos')
    assert.doesNotMatch(narrow.output, /█/)
    const piped = before(node)
    await piped.run('share', 'link', 'Photos')
    assert.match(piped.output, /^fullmesh:\S+\n$/)
  })

  test('asks for passwords twice, without showing them', async () => {
    await using node = await openFakeNode()
    const terminal = before(node, { columns: 80 })
    const run = terminal.run('share', '/home/ana/Work', '--read-password', '--change-password')
    for (const [question, keys] of [
      ['New read password: ', 'lookx\u007f\r'],
      ['The same again: ', 'look\r'],
      ['New change password: ', 'touch\r'],
      ['The same again: ', 'touch\r'],
    ] as const) {
      await until(() => terminal.errors.endsWith(question))
      terminal.type(keys)
    }
    assert.equal(await run, 0)
    assert.deepEqual(node.backend.shares.planted[1]?.passwords, { read: 'look', change: 'touch' })
    assert.doesNotMatch(terminal.errors + terminal.output, /look\b|touch/)
  })

  test('takes passwords from the environment, files and standard input', async () => {
    await using node = await openFakeNode()
    const file = join(node.home, 'password')
    await writeFile(file, 'from a file\nsecond line\n')
    const options = ['--change-password', '--read-password-file', file]
    const terminal = before(node, {}, { FULLMESH_CHANGE_PASSWORD: 'from outside' })
    assert.equal(await terminal.run('share', '/home/ana/Work', ...options), 0)
    const piped = before(node)
    const run = piped.run('share', 'set', 'Work', '--read-password', '--password-stdin')
    piped.endInput('from a pipe\n')
    assert.equal(await run, 0)
    const { passwords } = node.backend.shares.planted[1] ?? {}
    assert.deepEqual(passwords, { read: 'from a pipe', change: 'from outside' })
  })

  test('makes up passwords and shows them once', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('share', '/home/ana/Work', '--generate-passwords'), 0)
    const { read = '', change = '' } = node.backend.shares.planted[1]?.passwords ?? {}
    assert.match(read, /^[a-z]+(?:[- ][a-z]+){5}$/)
    assert.notEqual(read, change)
    assert.ok(terminal.output.includes(read) && terminal.output.includes(change))
    assert.doesNotMatch(terminal.errors, /short/)
    const scripted = before(node)
    await scripted.run('share', 'set', 'Work', '--generate-passwords', '--json')
    const { readPassword, changePassword } = JSON.parse(scripted.output)
    const { passwords } = node.backend.shares.planted[1] ?? {}
    assert.deepEqual(passwords, { read: readPassword, change: changePassword })
  })

  test('warns of a short password, and only of that', async () => {
    await using node = await openFakeNode()
    const given = { FULLMESH_READ_PASSWORD: 'long enough', FULLMESH_CHANGE_PASSWORD: 'sieben7' }
    const terminal = before(node, {}, given)
    const options = ['--read-password', '--change-password', '--quiet']
    assert.equal(await terminal.run('share', '/home/ana/Work', ...options), 0)
    assert.match(terminal.errors, /^The change password is short.*--generate-passwords.*\n$/)
  })

  test('tells in sentences who did what', async () => {
    await using node = await openFakeNode()
    const { planted, log } = node.backend.shares
    const share = planted[0]?.id
    assert.ok(share)
    const [path, other] = [parseSharePath('d/a.txt'), 'd/b.txt']
    await log.add({ share, who: 'owner', what: 'setting', path: undefined, detail: 'shared' })
    await log.add({ share, who: 'owner', what: 'opened', path: undefined, detail: 'read' })
    await log.add({
      share,
      who: 'owner',
      what: 'refused',
      path: undefined,
      detail: 'wrong password',
    })
    await log.add({ share, who: 'owner', what: 'moved', path, detail: other })
    await log.add({ share, who: 'owner', what: 'removed', path, detail: undefined })
    const terminal = before(node)
    assert.equal(await terminal.run('share', 'log', 'Photos'), 0)
    const deeds = terminal.output.split('\n').map((line) => line.slice(18))
    assert.deepEqual(deeds, [
      'WHO  WHAT',
      'me   removed d/a.txt',
      'me   moved d/b.txt to d/a.txt',
      'me   was refused: wrong password',
      'me   was let in to read',
      'me   shared it',
      '',
    ])
  })

  test('fails where there is nobody to ask for a password', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('share', '/home/ana/Work', '--read-password'), 2)
    assert.match(terminal.errors, /--read-password-file.*FULLMESH_READ_PASSWORD/)
    assert.equal(node.backend.shares.all().length, 1)
  })
})

suite('copying, as people see it', () => {
  test('says what comes and where to, and ends when all is here', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    const run = terminal.run('get', 'bob/Music')
    await finish(node, 'copy0001', { ...copyProgress, filesDone: 4, bytesDone: 4e6, kind: 'done' })
    assert.equal(await run, 0)
    const said = terminal.errors.split('\n')
    assert.equal(said[0], '"Music" from bob  2 files, 4 B   you may read')
    assert.equal(said[1], 'To  /home/ana/Music')
    assert.match(terminal.errors, /Copied 4 files, 4\.0 MB in \d+ s.* to \/home\/ana\/Music\n$/)
  })

  test('puts a folder where it is told to, and a file into a folder', async () => {
    await using node = await openFakeNode()
    const to = async (...words: string[]) => {
      await before(node).run('get', ...words, '-b')
      return node.backend.copies.all().at(-1)?.destination
    }
    assert.equal(await to('bob/Music', 'here'), '/home/ana/here')
    assert.equal(await to('bob/Music/song.mp3'), '/home/ana/song.mp3')
    assert.equal(await to('bob/Music/song.mp3', node.home), join(node.home, 'song.mp3'))
    assert.equal(await to('bob/Music/song.mp3', 'new/'), '/home/ana/new/song.mp3')
    assert.equal(await to('bob/Music/song.mp3', 'other.mp3'), '/home/ana/other.mp3')
  })

  test('asks for a password only when one is needed, and once more when it is wrong', async () => {
    await using node = await openFakeNode()
    const terminal = before(node, { columns: 80 })
    const run = terminal.run('get', 'bob/Work', '--background')
    await until(() => terminal.errors.endsWith('Password: '))
    terminal.type('guess\r')
    await until(() => terminal.errors.endsWith('Try again.\nPassword: '))
    terminal.type('change\r')
    assert.equal(await run, 0)
    assert.match(terminal.errors, /you may read and change/)
  })

  test('ends with code 4 for a wrong password that was given along', async () => {
    await using node = await openFakeNode()
    const terminal = before(node, {}, { FULLMESH_PASSWORD: 'guess' })
    assert.equal(await terminal.run('get', 'bob/Work'), 4)
    assert.match(terminal.errors, /^fullmesh: This is neither password/)
  })

  test('ends with code 4 where there is nobody to ask for a password, and says how to give one', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('get', 'bob/Work'), 4)
    assert.match(terminal.errors, /protected by a password.*FULLMESH_PASSWORD/)
  })

  test('goes on in the background after Ctrl-C, and says how to look at it', async () => {
    await using node = await openFakeNode()
    const interruption = new AbortController()
    const terminal = before(node, { signal: interruption.signal })
    const run = terminal.run('get', 'bob/Music')
    await until(() => node.backend.copies.changed.listenerCount > 0)
    interruption.abort()
    assert.equal(await run, 130)
    assert.match(terminal.errors, /goes on in the background.*copies watch copy0001/s)
    assert.equal(node.backend.copies.byId('copy0001')?.state().kind, 'copying')
  })

  test('names what could not be brought, and ends with code 1', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    const run = terminal.run('get', 'bob/Music')
    const path = 'bad\u202ename' as SharePath
    const problems = [{ path, reason: 'It has changed.' }]
    await finish(node, 'copy0001', { ...copyProgress, problems, kind: 'done' })
    assert.equal(await run, 1)
    assert.match(
      terminal.errors,
      /1 file needs a look:\n {2}bad\\u\{202e\}name {2}It has changed\./,
    )
  })
})

suite('changing, as people see it', () => {
  test('asks for the change password of a share that may only be read', async () => {
    await using node = await openFakeNode()
    await before(node, {}, { FULLMESH_PASSWORD: 'read' }).run('ls', 'bob/Work')
    const terminal = before(node, { columns: 80 })
    const run = terminal.run('mkdir', 'bob/Work/new')
    await until(() => terminal.errors.endsWith('Change password: '))
    terminal.type('change\r')
    assert.equal(await run, 0)
    assert.match(terminal.errors, /Made bob\/Work\/new\n$/)
  })

  test('edits a file with the editor of the user', async () => {
    await using node = await openFakeNode()
    const editor = await script(node, `require('fs').appendFileSync(process.argv[2], 'more\\n')`)
    const environment = {
      FULLMESH_PASSWORD: 'change',
      EDITOR: editor,
      PATH: process.env['PATH'] ?? '',
    }
    const terminal = before(node, {}, environment)
    assert.equal(await terminal.run('edit', 'bob/Work/plan.txt'), 0, terminal.errors)
    const work = node.backend.remoteShares.far.find(({ name }) => name === 'Work')
    assert.equal(work?.files.text('plan.txt'), 'first\nmore\n')
  })

  test('leaves a file alone when the editor fails or changes nothing', async () => {
    await using node = await openFakeNode()
    for (const [code, exit] of [
      ['process.exit(1)', 130],
      ['', 0],
    ] as const) {
      const editor = await script(node, code)
      const terminal = before(node, {}, { EDITOR: editor })
      assert.equal(await terminal.run('edit', 'me/Photos/beach.jpg'), exit)
    }
    assert.equal(node.backend.shares.planted[0]?.files.text('beach.jpg'), 'sand')
  })
})

suite('any command', () => {
  test('prints JSON with its schema, and failures, too', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('status', '--json'), 0)
    assert.equal(JSON.parse(terminal.output).schema, 'fullmesh.status/1')
    const failing = before(node)
    assert.equal(await failing.run('ls', 'me/Nothing', '--json'), 3)
    assert.equal(failing.output, '')
    const failure: unknown = JSON.parse(failing.errors)
    assert.deepEqual(Object.keys(failure ?? {}), ['schema', 'kind', 'name', 'message'])
  })

  test('says only results when it should be quiet', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('get', 'bob/Music', '-b', '-q'), 0)
    assert.equal(terminal.output + terminal.errors, '')
  })

  test('writes bytes as they are', async () => {
    await using node = await openFakeNode()
    const terminal = before(node)
    assert.equal(await terminal.run('cat', 'me/Photos/beach.jpg'), 0)
    assert.equal(terminal.output, 'sand')
  })

  test('that asks, and not starts, says when no node runs', async () => {
    const terminal = new FakeTerminal({ environment: { FULLMESH_HOME: '/nowhere' } })
    assert.equal(await terminal.run('status'), 6)
    assert.match(terminal.errors, /not running.*fullmesh up/)
    const ending = new FakeTerminal({ environment: { FULLMESH_HOME: '/nowhere' } })
    assert.equal(await ending.run('down'), 9)
  })

  test('shows what comes from peers without letting it act', async () => {
    await using node = await openFakeNode()
    const { peerId } = node.backend.bob.mesh.identity
    node.backend.remoteShares.plant(peerId, '\u001b[2JFree', 'everyone', {})
    const terminal = before(node)
    assert.equal(await terminal.run('peers'), 0)
    assert.match(terminal.output, /\\u\{1b\}\[2JFree/)
    assert.ok(!terminal.output.includes('\u001b'))
  })
})

suite('settings', () => {
  test('are read, changed and checked', async () => {
    await using node = await openFakeNode()
    const set = before(node)
    assert.equal(await set.run('config', 'set', 'limits.upBytesPerSecond', '1000000'), 0)
    const get = before(node)
    assert.equal(await get.run('config', 'get', 'limits.upBytesPerSecond'), 0)
    assert.equal(get.output, '1000000\n')
    const wrong = before(node)
    assert.equal(await wrong.run('config', 'set', 'listen.port', '99999'), 2)
    assert.match(wrong.errors, /"listen\.port"/)
    const kept: unknown = JSON.parse(await readFile(join(node.home, 'config/config.json'), 'utf8'))
    assert.deepEqual(kept, { limits: { upBytesPerSecond: 1_000_000 } })
  })
})

/** A terminal of Ana's, before her node. */
function before(
  { home }: FakeNode,
  options: FakeTerminalOptions = {},
  environment: Readonly<Record<string, string>> = {},
): FakeTerminal {
  return new FakeTerminal({ ...options, environment: { FULLMESH_HOME: home, ...environment } })
}

async function finish(
  { backend }: FakeNode,
  id: string,
  state: Parameters<typeof backend.copies.become>[1],
): Promise<void> {
  await until(() => backend.copies.changed.listenerCount > 0)
  backend.copies.become(id, state)
}

/** A program that stands in for an editor. */
async function script({ home }: FakeNode, code: string): Promise<string> {
  const file = join(home, `editor-${Buffer.from(code).toString('hex').slice(0, 20)}.cjs`)
  await writeFile(file, code)
  return `${process.execPath} ${file}`
}
