import { join } from 'node:path'
import { toBase32 } from '../../base/bytes.ts'
import { openDatabase } from '../../base/database.ts'
import { MissingError } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import type { SharePath } from '../../content/content.ts'
import { ConflictError } from '../../content/errors.ts'
import { sharePathOfRoot } from '../../content/names.ts'
import { findEntry } from '../../content/tree/read.ts'
import type { Copies, Copy, Holding, NewCopy } from '../transfer.ts'
import { folderOf } from './copy-place.ts'
import { CopyRunner } from './copy-runner.ts'
import { CopyStore, copyMigrations } from './copy-store.ts'
import type { CopyRecord } from './copy-store.ts'
import type { CopyWorld } from './copy-world.ts'
import { noProgress } from './progress.ts'

export interface CopiesOptions extends Omit<CopyWorld, 'store'> {
  /** Where `copies.db` is kept. */
  readonly directory: string
}

/** Opens the list of copies; those that were not paused go on at once. */
export async function openCopies(options: CopiesOptions): Promise<Copies> {
  const database = await openDatabase({
    path: join(options.directory, 'copies.db'),
    durability: 'full',
    migrations: copyMigrations,
  })
  const store = new CopyStore(database)
  const copies = new OpenCopies({ ...options, store }, database)
  await copies.load()
  return copies
}

class OpenCopies implements Copies {
  readonly changed = new Topic<Copy>()
  readonly #world: CopyWorld
  readonly #database: AsyncDisposable
  readonly #runnersById = new Map<string, CopyRunner>()

  constructor(world: CopyWorld, database: AsyncDisposable) {
    this.#world = world
    this.#database = database
  }

  async load(): Promise<void> {
    for (const record of await this.#world.store.all()) {
      const runner = this.#add(record)
      if (record.phase === 'active' || (record.phase === 'done' && record.seed))
        await runner.resume()
    }
  }

  all(): readonly Copy[] {
    return [...this.#runnersById.values()]
  }

  byId(id: string): Copy | undefined {
    return this.#runnersById.get(id)
  }

  async add(copy: NewCopy): Promise<Copy> {
    const same = this.#same(copy)
    if (same) {
      // What follows a share and is gone is away, not removed: it would take what is missing for removals.
      if (same.mode === 'once' && !same.holding) await this.#world.forgetIfGone(same.folderPath)
      await same.again()
      return same
    }
    const id = toBase32(this.#world.surroundings.random.bytes(5))
    const sourceKind = await this.#sourceKind(copy)
    const fresh = { phase: 'active', agreed: undefined, begun: [], progress: noProgress } as const
    const record: CopyRecord = { ...copy, id, sourceKind, ...fresh }
    this.#checkDestination(record)
    await this.#world.forgetIfGone(folderOf(record))
    await this.#world.store.put(record)
    const runner = this.#add(record)
    await runner.resume()
    return runner
  }

  async pause(id: string): Promise<void> {
    await this.#runner(id).pause()
  }

  async resume(id: string): Promise<void> {
    await this.#runner(id).resume()
  }

  async remove(id: string): Promise<void> {
    const runner = this.#runner(id)
    this.#runnersById.delete(id)
    await runner[Symbol.asyncDispose]()
    await this.#world.store.remove(id)
    this.changed.publish(runner)
  }

  holdings(): readonly Holding[] {
    return [...this.#runnersById.values()].flatMap(({ holding }) => holding ?? [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#runnersById.values()].map((runner) => runner[Symbol.asyncDispose]()),
    )
    await this.#database[Symbol.asyncDispose]()
  }

  #add(record: CopyRecord): CopyRunner {
    const runner = new CopyRunner(this.#world, record, (copy) => this.changed.publish(copy))
    this.#runnersById.set(record.id, runner)
    return runner
  }

  #runner(id: string): CopyRunner {
    const runner = this.#runnersById.get(id)
    if (!runner) throw new MissingError(`There is no copy ${id}. "fullmesh copies ls" lists them.`)
    return runner
  }

  /** Asking for the same once more is asking to go on, or to look whether all is still here. */
  #same({ share, source, destination, mode, seed }: NewCopy): CopyRunner | undefined {
    return [...this.#runnersById.values()].find(
      (copy) =>
        copy.share === share &&
        copy.source === source &&
        copy.destination === destination &&
        copy.mode === mode &&
        copy.seed === seed,
    )
  }

  async #sourceKind({ share, source }: NewCopy): Promise<CopyRecord['sourceKind']> {
    if (source === sharePathOfRoot) return 'directory'
    const { remoteShares, surroundings } = this.#world
    const late = new AbortController()
    using _ = surroundings.clock.after(openTimeoutMs, () => late.abort())
    await using remote = await remoteShares.open(share, {}, late.signal)
    const entry = await findEntry(remote.pages, remote.head().head.summary, source, late.signal)
    if (!entry) throw noSuchSource(source)
    return entry.kind
  }

  /** A folder that follows a share, or serves it, holds nothing else that this node writes. */
  #checkDestination(record: CopyRecord): void {
    for (const other of this.#runnersById.values()) {
      const shared = folderOf(record) === other.folderPath
      const exclusive = (copy: Pick<NewCopy, 'mode' | 'seed'>) =>
        copy.mode === 'follow' || copy.seed
      if (shared && (exclusive(record) || exclusive(other))) {
        throw new ConflictError(
          `The copy ${other.id} has this folder already. Choose another one, or end that with "fullmesh copies rm ${other.id}".`,
        )
      }
    }
  }
}

function noSuchSource(source: SharePath): MissingError {
  return new MissingError(
    `There is no "${source}" in this share. "fullmesh ls" shows what there is.`,
  )
}

/** A person waits for the answer. */
const openTimeoutMs = 30_000
