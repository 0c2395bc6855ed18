/**
 * Two nodes on this computer, Ana's and Ben's, do the main job on a real folder: Ana shares it with a read
 * and a change password, Ben copies it, is refused a change, changes it with the other password; at the
 * end every byte is compared. Both nodes listen on loopback only and are stopped when it ends.
 *
 *   npm run demo                 shares this checkout with its node_modules
 *   npm run demo -- DIR          shares DIR (nothing in it is changed but one file, which is taken out again)
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const checkout = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = resolve(process.argv[2] ?? checkout)
const home = await mkdtemp(join(tmpdir(), 'fullmesh-demo-'))
const copy = join(home, 'bens-copy')
const secrets = { read: 'crater lemon basil', change: 'walnut harbour violet' }
const note = 'hello-from-ben.txt'
const hadPlace = existsSync(join(folder, '.fullmesh'))
const people = ['ana', 'ben'] as const
type Person = (typeof people)[number]

try {
  for (const person of people) await settle(person)
  await tell()
} finally {
  for (const person of people) await run(person, ['down', '--quiet'], { mayFail: true })
  await leaveAsFound()
}

async function tell(): Promise<void> {
  chapter(`Ana shares ${folder}, with a password to read and another one to change`)
  const share = await run(
    'ana',
    [
      'share',
      folder,
      '--name',
      'Demo',
      '--read',
      'password',
      '--change',
      'password',
      '--wait',
      '--json',
    ],
    {
      environment: {
        FULLMESH_READ_PASSWORD: secrets.read,
        FULLMESH_CHANGE_PASSWORD: secrets.change,
      },
    },
  )
  const { link, files, bytes } = JSON.parse(share) as { link: string; files: number; bytes: number }
  say(`${files.toLocaleString('en')} files, ${megabytes(bytes)}. The link: ${link.slice(0, 60)}...`)

  chapter('Ben copies it with the link and the read password')
  const started = performance.now()
  const reader = { FULLMESH_PASSWORD: secrets.read }
  await run('ben', ['get', link, copy], { environment: reader, show: true })
  const seconds = (performance.now() - started) / 1000
  say(
    `In ${seconds.toFixed(1)} s: ${megabytes(bytes / seconds)}/s, ${Math.round(files / seconds)} files/s, every piece verified.`,
  )
  const compared = await compare(folder, copy)
  say(`Compared byte for byte: ${compared.files.toLocaleString('en')} files are equal.`)

  chapter('Ben tries to change something: the read password does not let him')
  const file = join(home, note)
  await writeFile(file, 'Hello Ana, this comes from Ben.\n')
  const refusal = await run('ben', ['put', file, `${link}/${note}`], { mayFail: true })
  say(refusal.trim())

  chapter("With the change password it does; Ana's node pulls the bytes from Ben's")
  const writer = { FULLMESH_PASSWORD: secrets.change }
  await run('ben', ['put', file, `${link}/${note}`], { environment: writer, show: true })
  await writeFile(file, 'Hello Ana, this is the second version.\n')
  await run('ben', ['put', file, `${link}/${note}`], { environment: writer, show: true })
  await run('ana', ['versions', 'me/Demo'], { show: true })
  await run('ben', ['rm', `${link}/${note}`], { environment: writer, show: true })
  await run('ana', ['trash', 'me/Demo'], { show: true })

  chapter("What happened, as Ana's log has it")
  await run('ana', ['share', 'log', 'Demo', '--limit', '8'], { show: true })

  await offerWindows()

  chapter('Go on yourself')
  say(`Share a folder:          npx fullmesh share DIR
On another computer:     npx fullmesh get "LINK"
Everything else:         npx fullmesh --help`)
}

/** Both nodes in a browser, for as long as somebody looks; not where nobody can say that it is enough. */
async function offerWindows(): Promise<void> {
  chapter('Both nodes in a browser')
  if (!process.stdin.isTTY)
    return say('In a terminal the demo offers both here. On its own: npx fullmesh ui')
  if (!existsSync(join(checkout, 'dist', 'web', 'index.html'))) await buildWeb()
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  for (let answer = ''; answer !== 'q';) {
    for (const person of people) {
      const address = await run(person, ['ui', '--print', '--quiet'], { mayFail: true })
      say(`${person}  ${address.trim()}`)
    }
    say('Each opens once, within a minute. Enter: new ones.  q: end the demo.')
    const line = await lines.next()
    answer = line.done === true ? 'q' : line.value.trim()
  }
}

async function buildWeb(): Promise<void> {
  const { build } = await import('vite')
  await build({
    root: join(checkout, 'src/doors/web'),
    configFile: join(checkout, 'vite.config.ts'),
    logLevel: 'warn',
  })
}

/** A node of one's own, on loopback. */
async function settle(person: Person): Promise<void> {
  const config = join(home, person, 'config')
  await mkdir(config, { recursive: true, mode: 0o700 })
  const settings = { name: person, listen: { host: '127.0.0.1' }, discovery: { on: false } }
  await writeFile(join(config, 'config.json'), JSON.stringify(settings))
}

interface RunOptions {
  readonly environment?: Record<string, string>
  readonly show?: boolean
  readonly mayFail?: boolean
}

/** Runs one command as a person would, and returns what it printed. */
function run(person: Person, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const shown = args.map((arg) => (arg.length > 60 ? `"${arg.slice(0, 24)}..."` : arg)).join(' ')
  if (options.show === true || options.mayFail !== true)
    process.stdout.write(`  ${person}$ fullmesh ${shown}\n`)
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(checkout, 'bin', 'fullmesh'), ...args], {
      env: { ...process.env, FULLMESH_HOME: join(home, person), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    const take = (chunk: Buffer) => {
      text += chunk.toString()
      if (options.show === true)
        process.stdout.write(chunk.toString().replaceAll(/^(?=.)/gm, '    '))
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0 || options.mayFail === true) done(text)
      else fail(new Error(`"fullmesh ${args[0]}" ended with ${code}:\n${text}`))
    })
  })
}

/** Every plain file of `one`, but what a node keeps there for itself, is in `other` with the same bytes. */
async function compare(one: string, other: string): Promise<{ files: number }> {
  let files = 0
  for await (const path of filesBelow(one)) {
    const twin = join(other, relative(one, path))
    if (!existsSync(twin)) throw new Error(`${relative(one, path)} is missing in the copy`)
    if ((await digest(path)) !== (await digest(twin)))
      throw new Error(`${path} differs in the copy`)
    files++
  }
  return { files }
}

async function* filesBelow(directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.name === '.fullmesh') continue
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

async function digest(path: string): Promise<string> {
  if ((await stat(path)).size === 0) return ''
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Ana's folder as it was, and no trace of the two nodes. */
async function leaveAsFound(): Promise<void> {
  await rm(home, { recursive: true, force: true })
  if (!hadPlace) await rm(join(folder, '.fullmesh'), { recursive: true, force: true })
}

function chapter(title: string): void {
  process.stdout.write(`\n\u001B[1m${title}\u001B[0m\n`)
}

function say(text: string): void {
  process.stdout.write(`  ${text.replaceAll('\n', '\n  ')}\n`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`
}
