import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as turn } from 'node:timers/promises'
import { sharePathOfRoot } from '../../src/content/names.ts'
import { markFolder } from '../../src/content/scan/mark.ts'
import { RecentNames } from '../../src/content/writing/disk/known-names.ts'
import { openJournal } from '../../src/content/writing/journal/journal.ts'
import type { Journal } from '../../src/content/writing/journal/journal.ts'
import { doJob } from '../../src/content/writing/thread/job-table.ts'
import { beginWriting } from '../../src/content/writing/writing.ts'
import { MemoryIndex } from './memory-index.ts'
import { numberOf } from './numbered-body.ts'
import { plainPieces } from './plain-pieces.ts'
import { testSurroundings } from './surroundings.ts'
import { afterStep } from './writing-steps.ts'
import type { Numbered, WritingStep } from './writing-steps.ts'

/** What killed-writer.ts is told. */
export interface KilledOrder {
  readonly root: string
  readonly journalPath: string
  /** New in each run: new contents are numbered from it on. */
  readonly run: number
  /** What stands in the folder of each lane, by path. */
  readonly lanes: Readonly<Record<string, readonly (readonly [string, number])[]>>
}

/** What killed-writer.ts says. */
export interface KilledLine {
  readonly lane: string
  readonly step: WritingStep
  readonly state: 'begun' | 'done'
}

/** A folder whose writer is killed again and again, and what it must hold because that was acknowledged. */
export class KilledFolder {
  readonly root: string
  readonly #journalPath: string
  readonly #cache: string
  readonly #acknowledged = new Map<string, Numbered>(
    ['x', 'y', 'z'].map((lane) => [lane, new Map()]),
  )
  /** Of each lane that was in the middle of one. */
  readonly #begun = new Map<string, WritingStep>()
  readonly #everAcknowledged = new Set<number>()
  #run = 0

  /** In `base`; its journal is in `state`, and `cache` keeps compiled programs for the next start. */
  constructor(base: string, state: string, cache: string) {
    this.root = join(base, 'folder')
    this.#journalPath = join(state, 'journal')
    this.#cache = cache
    mkdirSync(this.root)
  }

  /** How many were acknowledged so far. */
  get contents(): number {
    return this.#everAcknowledged.size
  }

  /**
   * Starts the writer, and kills it so many rounds of the event loop after it has said so many lines. Just before
   * that `disaster` may befall the disk.
   */
  async runAndKill(lines: number, turns: number, disaster = () => {}): Promise<void> {
    const order: KilledOrder = {
      root: this.root,
      journalPath: this.#journalPath,
      run: ++this.#run,
      lanes: Object.fromEntries(
        [...this.#acknowledged].map(([lane, there]) => [lane, [...there]] as const),
      ),
    }
    const program = join(import.meta.dirname, 'killed-writer.ts')
    const child = spawn(process.execPath, [program, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: this.#cache },
    })
    const exited = once(child, 'exit')
    let [said, complaint] = [0, '']
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    for await (const line of createInterface({ input: child.stdout })) {
      this.#hear(JSON.parse(line) as KilledLine)
      if (++said !== lines) continue
      for (let round = 0; round < turns; round++) await turn()
      disaster()
      child.kill('SIGKILL')
    }
    await exited
    assert.ok(said >= lines, `the writer ended by itself: ${complaint}`)
  }

  /** Opens it as after a crash, and fails unless all that was acknowledged is there, and nothing is torn. */
  async recover(): Promise<void> {
    await using journal = await openJournal(this.#journalPath)
    await using _ = await this.#open(journal)
    const seen = this.#numbersBelow('')
    for (const [lane, there] of this.#acknowledged) {
      const step = this.#begun.get(lane)
      const mayBe = [there, step ? afterStep(there, step) : there]
      const found = new Map([...seen].filter(([path]) => path.startsWith(`${lane}/`)))
      for (const path of new Set([...found.keys(), ...mayBe.flatMap((one) => [...one.keys()])])) {
        const allowed = mayBe.map((one) => one.get(path))
        const detail = `${path} after ${JSON.stringify(step)}`
        assert.ok(
          allowed.includes(found.get(path)),
          `${detail}: ${found.get(path)} of ${allowed.join()}`,
        )
      }
      this.#acknowledged.set(lane, found)
    }
    this.#begun.clear()
    assert.deepEqual(await journal.intents(), [])
    assert.deepEqual(
      await binIds(journal),
      [...this.#names('versions'), ...this.#names('trash')].toSorted(),
    )
  }

  /** Fails unless every content that was ever acknowledged still is somewhere: nothing was ever purged. */
  assertNothingVanished(): void {
    const kept = [...this.#numbersBelow('').values(), ...this.#numbersBelow('.fullmesh').values()]
    const found = new Set(kept)
    assert.deepEqual(
      [...this.#everAcknowledged].filter((number) => !found.has(number)),
      [],
    )
  }

  #hear({ lane, state, step }: KilledLine): void {
    if (state === 'begun') {
      this.#begun.set(lane, step)
      return
    }
    this.#begun.delete(lane)
    this.#acknowledged.set(lane, afterStep(this.#acknowledged.get(lane) ?? new Map(), step))
    if ('files' in step) for (const { number } of step.files) this.#everAcknowledged.add(number)
  }

  async #open(journal: Journal): Promise<AsyncDisposable> {
    const { root } = this
    const mark = markFolder(root, 'mark')
    const setting = { root, mark, umask: 0o022, recentNames: new RecentNames() }
    return await beginWriting({
      root,
      journal,
      index: new MemoryIndex(),
      rescan: async () => {},
      pieces: plainPieces,
      surroundings: testSurroundings(),
      thread: { run: (name, ask) => doJob(name, ask, setting) },
    })
  }

  /** By path; fails for a file whose bytes are torn. The node's own place counts only if it is asked for. */
  #numbersBelow(path: string): Map<string, number> {
    const numbers = new Map<string, number>()
    for (const name of readdirSync(join(this.root, path))) {
      const below = join(path, name)
      if (below === '.fullmesh' || below === '.fullmesh/stage' || name === 'marker') continue
      if (lstatSync(join(this.root, below)).isDirectory()) {
        for (const [file, number] of this.#numbersBelow(below)) numbers.set(file, number)
        continue
      }
      const number = numberOf(readFileSync(join(this.root, below)))
      assert.ok(number !== undefined, `${below} is torn`)
      numbers.set(below, number)
    }
    return numbers
  }

  #names(room: string): string[] {
    const path = join(this.root, '.fullmesh', room)
    return existsSync(path) ? readdirSync(path) : []
  }
}

async function binIds(journal: Journal): Promise<string[]> {
  const items = [
    ...(await journal.binItems('version', sharePathOfRoot)),
    ...(await journal.binItems('trash', sharePathOfRoot)),
  ]
  return items.map(({ id }) => id).toSorted()
}
