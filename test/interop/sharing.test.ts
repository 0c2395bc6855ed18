import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fraction } from '../../src/base/random.ts'
import type { Random } from '../../src/base/random.ts'
import { openTown, townMissing } from '../kit/namespaces.ts'
import { Person } from '../kit/person.ts'
import { seededRandom } from '../kit/seeded-random.ts'
import { tempFolder } from '../kit/temp-folder.ts'

const read = 'crater lemon basil'
const change = 'walnut harbour violet'
const asReader = { FULLMESH_PASSWORD: read }
const asWriter = { FULLMESH_PASSWORD: change }
const files = Number(process.env['FULLMESH_STORY_FILES'] ?? 10_000)

suite('four hosts, one share with both passwords', { skip: townMissing() }, () => {
  test('copy, change, follow and serve in turn while two of them are killed; nothing is lost', async (t) => {
    await using temp = await tempFolder()
    await using town = await openTown('ana', 'ben', 'cleo', 'dan')
    const [ana, ben, cleo, dan] = await Promise.all(
      ['ana', 'ben', 'cleo', 'dan'].map((name) => Person.settle(town.host(name), temp.path)),
    )
    assert.ok(ana && ben && cleo && dan)
    await using people = new AsyncDisposableStack()
    for (const person of [ana, ben, cleo, dan]) people.use(person)
    const [shared, bens, dans] = ['shared', 'bens', 'dans'].map((name) => join(temp.path, name))
    assert.ok(shared && bens && dans)
    await plant(shared)
    await Promise.all([ana, ben, cleo].map((person) => person.start()))

    const link = await share(ana, shared)
    const seed = Date.now()
    const random = seededRandom(seed)
    t.diagnostic(`seed ${seed}`)

    const kept = await ben.type(['keep', link, bens, '--background', '--json'], asReader)
    assert.equal(kept.code, 0, kept.err)
    const note = join(temp.path, 'note.txt')
    await writeFile(note, 'no')
    const refused = await ben.type(['put', note, 'ana/shared/not-by-ben.txt'])
    assert.equal(refused.code, 4, refused.err)
    assert.match(refused.err, /read.*not change/)

    const opened = await cleo.type(['ls', link], asWriter)
    assert.equal(opened.code, 0, opened.err)
    await using killers = new Killers(t, [ana, cleo], random)
    const wrote = await write(cleo, temp.path, random)
    await until(async () => (await filesOf(bens)) >= files / 2, 'half of it is at Ben')
    t.diagnostic(`killed ${(await killers.stop()).join(' and ')} times`)

    await until(
      async () => (await difference(shared, bens)) === '',
      'Ben has what Ana has',
      () => difference(shared, bens),
    )
    const all = await digestsOf(shared)
    for (const [path, text] of wrote) {
      if (text === undefined) assert.equal(all.has(path), false, `${path} was removed`)
      else
        assert.equal(all.get(path), digest(Buffer.from(text)), `${path} is as Cleo last wrote it`)
    }
    for (let index = 0; index < files; index += 97) {
      assert.equal(all.get(pathOf(index)), digest(bytesOf(index)), `${pathOf(index)} is untouched`)
    }

    await ana.stop('SIGTERM')
    await cleo.stop('SIGTERM')
    await dan.start()
    const got = await dan.type(['get', link, dans], asReader)
    assert.equal(got.code, 0, got.err)
    assert.deepEqual(await digestsOf(dans), all)
  })
})

async function share(ana: Person, folder: string): Promise<string> {
  const printed = await ana.do(
    ['share', folder, '--read', 'password', '--change', 'password', '--wait', '--json'],
    { FULLMESH_READ_PASSWORD: read, FULLMESH_CHANGE_PASSWORD: change },
  )
  const { link, files: indexed } = JSON.parse(printed) as { link: string; files: number }
  assert.equal(indexed, files)
  return link
}

/**
 * Cleo writes, moves and removes files, and types a command again until it was acknowledged. Returns what
 * she was told is there: text, or undefined for nothing.
 */
async function write(
  cleo: Person,
  folder: string,
  random: Random,
): Promise<Map<string, string | undefined>> {
  const wrote = new Map<string, string | undefined>()
  for (let round = 0; round < rounds; round++) {
    const file = join(folder, `draft-${round}.txt`)
    const text = `round ${round} ${'x'.repeat(Math.floor(fraction(random) * 300_000))}`
    await writeFile(file, text)
    const path = round % 2 === 0 ? `by-cleo-${round % 6}.txt` : pathOf(round * 89 + 1)
    await insist(cleo, ['put', file, `ana/shared/${path}`])
    wrote.set(path, text)
    if (round % 5 === 4) {
      const gone = pathOf(round * 89 + 2)
      // One that was broken off may have been made or not: only what is acknowledged has to last.
      const isAcknowledged = await insist(cleo, ['rm', `ana/shared/${gone}`], 3)
      if (isAcknowledged) wrote.set(gone, undefined)
    }
  }
  return wrote
}

/**
 * Types it until it is acknowledged, and tells whether it was; `alsoFine` is the exit code that an earlier try
 * may have left behind.
 */
async function insist(person: Person, words: readonly string[], alsoFine = 0): Promise<boolean> {
  let last = ''
  for (let tries = 0; tries < 60; tries++) {
    const { code, err } = await person.type(words)
    if (code === 0) return true
    if (tries > 0 && code === alsoFine) return false
    assert.notEqual(code, 4, err)
    last = `${code} ${err}`
    await pause(500)
  }
  assert.fail(`"fullmesh ${words.join(' ')}" never succeeded: ${last}`)
}

/** Kill nodes at random moments and start them again, until told to stop; all are up at the end. */
class Killers implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #running: Promise<number[]>

  constructor(t: TestContext, people: readonly Person[], random: Random) {
    this.#running = Promise.all(people.map((person) => this.#kill(person, random)))
    this.#running.catch((error: unknown) =>
      t.diagnostic(`a node did not come back: ${String(error)}`),
    )
  }

  /** Tells how often each was killed. */
  stop(): Promise<number[]> {
    this.#stop.abort()
    return this.#running
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {})
  }

  async #kill(person: Person, random: Random): Promise<number> {
    const { signal } = this.#stop
    for (let kills = 0; ; kills++) {
      await pause(3000 + fraction(random) * 7000, undefined, { signal }).catch(() => {})
      if (signal.aborted) return kills
      await person.stop('SIGKILL')
      await person.start()
    }
  }
}

async function plant(folder: string): Promise<void> {
  for (let at = 0; at < files / 100; at++) {
    await mkdir(join(folder, `d${at}`), { recursive: true })
  }
  for (let index = 0; index < files; index++) {
    await writeFile(join(folder, pathOf(index)), bytesOf(index))
  }
}

function pathOf(index: number): string {
  return `d${Math.floor(index / 100) % (files / 100)}/file-${index}.bin`
}

/** Mostly small, some of several pieces, some empty. */
function bytesOf(index: number): Buffer {
  const size = index % 500 === 7 ? 2_500_000 : (index * 7919) % 16_384
  return Buffer.alloc(size, `${index} `)
}

async function* pathsBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === '.fullmesh') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* pathsBelow(path)
    else yield path
  }
}

async function filesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).length
}

async function digestsOf(folder: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  try {
    for await (const path of pathsBelow(folder)) {
      digests.set(relative(folder, path), digest(await readFile(path)))
    }
  } catch (error) {
    // A file that goes while it is looked at: looked at again by whoever waits.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return new Map([...digests].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The first names that are not the same in both, in words; empty when all are. */
async function difference(one: string, other: string): Promise<string> {
  const [there, here] = [await digestsOf(one), await digestsOf(other)]
  const names = new Set([...there.keys(), ...here.keys()])
  const different = [...names].filter((name) => there.get(name) !== here.get(name))
  const words = (name: string) =>
    `${name}${here.has(name) ? '' : ' is missing'}${there.has(name) ? '' : ' is too much'}`
  return different.length === 0
    ? ''
    : `${different.length}: ${different.slice(0, 5).map(words).join(', ')}`
}

async function until(
  isSo: () => Promise<boolean>,
  what: string,
  why: () => Promise<string> = async () => '',
): Promise<void> {
  const deadline = Date.now() + 300_000
  while (!(await isSo())) {
    if (Date.now() > deadline) assert.fail(`waited in vain until ${what}: ${await why()}`)
    await pause(2000)
  }
}

const rounds = 20
