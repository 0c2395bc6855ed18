import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { tempFolder } from '../kit/temp-folder.ts'

const program = resolve(import.meta.dirname, '../../bin/fullmesh')

suite('the node in the background', () => {
  test('is started by whatever needs it, once, however many do at the same time', async () => {
    await using home = await openHome()
    const started = await Promise.all([
      home.run('share', 'ls'),
      home.run('copies'),
      home.run('up'),
      home.run('ls'),
    ])
    assert.deepEqual(
      started.map(({ exit }) => exit),
      [0, 0, 0, 0],
    )
    const log = await readFile(join(home.path, 'state', 'node.log'), 'utf8')
    assert.equal(log.match(/The node is up/g)?.length, 1)
  })

  test('starts again after it was killed, with its shares, at the same port', async () => {
    await using home = await openHome()
    const folder = join(home.path, 'Photos')
    await mkdir(folder)
    await writeFile(join(folder, 'a.txt'), 'a')
    await home.run('share', folder)
    const before = await home.status()
    process.kill(before.process, 'SIGKILL')
    await ended(before.process)
    assert.equal((await home.run('status')).exit, 6)
    const listed = await home.run('ls', 'me/Photos')
    assert.deepEqual([listed.exit, listed.output], [0, 'a.txt\n'])
    assert.deepEqual((await home.status()).addresses, before.addresses)
  })

  test('ends when it is asked to, and says why when it can not start', async () => {
    await using home = await openHome()
    await home.run('up')
    assert.equal((await home.run('down')).exit, 0)
    assert.equal((await home.run('down')).exit, 9)
    await writeFile(join(home.path, 'config', 'config.json'), '{"listen": {"port": "high"}}')
    const failed = await home.run('up')
    assert.equal(failed.exit, 2)
    assert.match(failed.errors, /does not start: .*config\.json: "listen\.port"/)
    await writeFile(join(home.path, 'config', 'config.json'), '{}')
  })
})

suite('two nodes of one computer', () => {
  test('share and get, by a link, with a password', async () => {
    await using ana = await openHome()
    await using bob = await openHome()
    const folder = join(ana.path, 'Work')
    await mkdir(join(folder, 'deep'), { recursive: true })
    const bytes = Buffer.alloc(3_000_000, 'fullmesh')
    await writeFile(join(folder, 'deep', 'large.bin'), bytes)
    const secret = { FULLMESH_READ_PASSWORD: 'look here', FULLMESH_PASSWORD: 'look here' }
    const shared = await ana.run('share', folder, '--read-password', '--json', '--wait', secret)
    const { link } = JSON.parse(shared.output) as { link: string }
    const there = join(bob.path, 'there')
    assert.equal((await bob.run('get', link, there)).exit, 4)
    const copied = await bob.run('get', link, there, secret)
    assert.equal(copied.exit, 0, copied.errors)
    assert.deepEqual(await readFile(join(there, 'deep', 'large.bin')), bytes)
  })
})

interface Ran {
  readonly exit: number | null
  readonly output: string
  readonly errors: string
}

interface Home extends AsyncDisposable {
  readonly path: string
  run(...words: readonly (string | Readonly<Record<string, string>>)[]): Promise<Ran>
  status(): Promise<{ process: number; addresses: string[] }>
}

/** A node of its own, found by nobody. Objects among the words are the environment. */
async function openHome(): Promise<Home> {
  const folder = await tempFolder()
  await mkdir(join(folder.path, 'config'))
  await writeFile(join(folder.path, 'config', 'config.json'), '{"discovery": {"on": false}}')
  const run: Home['run'] = async (...all) => {
    const words = all.filter((word) => typeof word === 'string')
    const environment = all.filter((word) => typeof word === 'object')
    const env = Object.assign({ ...process.env, FULLMESH_HOME: folder.path }, ...environment)
    const child = spawn(process.execPath, [program, ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [output, errors, [exit]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    return { exit, output, errors }
  }
  return {
    path: folder.path,
    run,
    status: async () => JSON.parse((await run('status', '--json')).output),
    [Symbol.asyncDispose]: async () => {
      await run('down')
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A killed process that is nobody's child here is waited for by asking for it. */
async function ended(id: number): Promise<void> {
  for (;;) {
    try {
      process.kill(id, 0)
    } catch {
      return
    }
    await sleep(10)
  }
}
