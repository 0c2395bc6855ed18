/**
 * The drive beside nginx (http_dav_module) and `rclone serve webdav`, which serve the same folder without a
 * password: `node bench/drive.ts [MiB] [runs]`. All take turns; the figures are medians. Our PUT ends when the
 * file is hashed, synced and in a signed head; theirs when it is written. Needs curl, nginx and rclone.
 */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../bin/fullmesh', import.meta.url))
const mebibytes = Number(process.argv[2] ?? 1024)
const runs = Number(process.argv[3] ?? 5)
const entries = 5_000

interface Contender {
  readonly name: string
  /** Of the folder, with a slash at its end. */
  readonly url: string
  readonly login: readonly string[]
}

const base = await mkdtemp(join(tmpdir(), 'fullmesh-bench-'))
const folder = join(base, 'folder')
const servers: ChildProcess[] = []
try {
  await chmod(base, 0o755)
  await plant()
  const contenders = [await fullmesh(), await nginx(), await rclone()]
  await contest('GET', contenders, (one) => [`${one.url}large.bin`])
  await contest('PUT', contenders, (one) => ['-T', join(base, 'new.bin'), `${one.url}new.bin`])
  // nginx's own module answers no PROPFIND.
  const listing = contenders.filter(({ name }) => name !== 'nginx')
  await contest('PROPFIND', listing, (one) => [
    ...['-X', 'PROPFIND', '-H', 'Depth: 1', `${one.url}many/`],
  ])
} finally {
  await run(process.execPath, [program, 'down'], { env: home() }).catch(() => {})
  for (const server of servers) {
    server.kill()
    await once(server, 'exit')
  }
  await rm(base, { recursive: true, force: true })
}

async function plant(): Promise<void> {
  await mkdir(join(folder, 'many'), { recursive: true })
  const block = Buffer.alloc(4 * 1024 * 1024)
  for (const path of [join(folder, 'large.bin'), join(base, 'new.bin')]) {
    await using file = await open(path, 'w')
    for (let at = 0; at < mebibytes; at += 4) await file.write(randomFillSync(block))
  }
  for (let at = 0; at < entries; at++) {
    await writeFile(join(folder, 'many', `file number ${at}.txt`), `file ${at}`)
  }
}

async function contest(
  method: string,
  contenders: readonly Contender[],
  words: (one: Contender) => readonly string[],
): Promise<void> {
  const secondsByName = new Map<string, number[]>()
  for (let round = 0; round < runs; round++) {
    for (const one of contenders) {
      const asked = [
        '-sS',
        '--fail',
        '-o',
        '/dev/null',
        '-w',
        '%{time_total}',
        ...one.login,
        ...words(one),
      ]
      const { stdout } = await run('curl', asked)
      secondsByName.set(one.name, [...(secondsByName.get(one.name) ?? []), Number(stdout)])
      if (method === 'PUT')
        await run('curl', ['-sS', '-X', 'DELETE', ...one.login, `${one.url}new.bin`])
    }
  }
  for (const [name, all] of secondsByName) {
    const seconds = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
    const figure =
      method === 'PROPFIND'
        ? `${Math.round(seconds * 1000)} ms for ${entries} entries`
        : `${Math.round((mebibytes * 1024 * 1024) / 1e6 / seconds)} MB/s`
    console.log(`${method.padEnd(9)} ${name.padEnd(9)} ${figure}`)
  }
}

async function fullmesh(): Promise<Contender> {
  await mkdir(join(base, 'home', 'config'), { recursive: true, mode: 0o700 })
  const settings = { discovery: { on: false }, listen: { host: '127.0.0.1' } }
  await writeFile(join(base, 'home', 'config', 'config.json'), JSON.stringify(settings))
  const type = async (...words: readonly string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await run(process.execPath, [program, ...words, '--json'], { env: home() })
    return JSON.parse(stdout) as Record<string, unknown>
  }
  await type('share', folder, '--name', 'Bench')
  for (let isReady = false; !isReady; await pause(100)) {
    isReady = JSON.stringify(await type('share', 'ls')).includes('"kind":"ready"')
  }
  const { address, user, password } = await type('drive', 'on')
  const login = ['-u', `${String(user)}:${String(password)}`]
  return { name: 'fullmesh', url: `${String(address)}me/Bench/`, login }
}

function home(): NodeJS.ProcessEnv {
  return { ...process.env, FULLMESH_HOME: join(base, 'home') }
}

async function nginx(): Promise<Contender> {
  const [port, at] = [await freePort(), join(base, 'nginx')]
  await mkdir(at)
  const config = `daemon off; user root; worker_processes auto; pid ${at}/pid; error_log ${at}/log;
events { worker_connections 64; }
http {
  access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; client_body_temp_path ${base}/body;
  proxy_temp_path ${at}/p; fastcgi_temp_path ${at}/f; uwsgi_temp_path ${at}/u; scgi_temp_path ${at}/s;
  server { listen 127.0.0.1:${port}; root ${folder}; dav_methods PUT DELETE; }
}
`
  await writeFile(join(at, 'conf'), config)
  await serve(port, 'nginx', '-p', at, '-c', join(at, 'conf'), '-e', join(at, 'log'))
  return { name: 'nginx', url: `http://127.0.0.1:${port}/`, login: [] }
}

async function rclone(): Promise<Contender> {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  await serve(port, 'rclone', 'serve', 'webdav', folder, '--addr', address, '--config', '/dev/null')
  return { name: 'rclone', url: `http://${address}/`, login: [] }
}

async function serve(port: number, command: string, ...words: readonly string[]): Promise<void> {
  servers.push(spawn(command, words, { stdio: 'ignore' }))
  for (let isThere = false; !isThere; await pause(20)) {
    const socket = connect(port, '127.0.0.1')
    isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
