import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Serial } from '../../src/base/serial.ts'
import type {
  Base,
  BinKind,
  FileAttributes,
  Installed,
  SharePath,
  Target,
} from '../../src/content/content.ts'
import { parseSharePath } from '../../src/content/names.ts'
import { markFolder } from '../../src/content/scan/mark.ts'
import { RecentNames } from '../../src/content/writing/disk/known-names.ts'
import type { Room } from '../../src/content/writing/journal/intent.ts'
import { Journal, journalMigrations } from '../../src/content/writing/journal/journal.ts'
import { doJob } from '../../src/content/writing/thread/job-table.ts'
import type { JobName } from '../../src/content/writing/thread/jobs.ts'
import { beginWriting } from '../../src/content/writing/writing.ts'
import type { Writing } from '../../src/content/writing/writing.ts'
import { contentOfBytes } from './content-of-bytes.ts'
import { ManualClock } from './manual-clock.ts'
import { memoryDatabase } from './memory-database.ts'
import { MemoryIndex } from './memory-index.ts'
import { plainPieces } from './plain-pieces.ts'
import { testSurroundings } from './surroundings.ts'
import type { TestSurroundings } from './surroundings.ts'
import { tempFolder } from './temp-folder.ts'

export const plainAttributes: FileAttributes = { mtimeMs: 1_000_000_000_000, executable: false }

/** A folder with a real writer, without its threads, an index and a journal in memory, and words for tests to say what they do to it. */
export class WrittenFolder implements AsyncDisposable {
  readonly index = new MemoryIndex()
  readonly surroundings: TestSurroundings
  readonly rescanned: SharePath[] = []
  /** On this disk. */
  readonly root: string
  readonly journal: Journal
  /** Called before each change of the journal. */
  beforeJournal: () => void = () => {}
  /** Called before each job of the writer. */
  beforeJob: (name: JobName) => void = () => {}
  readonly #owned: AsyncDisposable
  readonly #crashed: Writing[] = []
  #writing: Writing | undefined

  constructor(root: string, owned: AsyncDisposable, clock: ManualClock) {
    this.root = root
    this.surroundings = { ...testSurroundings(), clock }
    this.#owned = owned
    const database = memoryDatabase(journalMigrations)
    this.journal = new Journal({
      all: (sql, values) => database.all(sql, values),
      write: async (statements) => {
        this.beforeJournal()
        return await database.write(statements)
      },
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    })
  }

  get writing(): Writing {
    if (!this.#writing) throw new Error('the folder is not open')
    return this.#writing
  }

  async open(): Promise<void> {
    const { index, journal, root, surroundings } = this
    const recentNames = new RecentNames()
    const setting = { root, mark: markFolder(root, 'mark'), umask: 0o022, recentNames }
    const inOrder = new Serial()
    this.#writing = await beginWriting({
      root,
      journal,
      index,
      surroundings,
      pieces: plainPieces,
      rescan: async (paths) => void this.rescanned.push(...paths),
      thread: {
        run: (name, ask) =>
          inOrder.run(() => {
            this.beforeJob(name)
            return doJob(name, structuredClone(ask), setting)
          }),
      },
    })
  }

  /** As if the process had been killed here; what it holds open is closed with the folder. */
  crash(): void {
    if (this.#writing) this.#crashed.push(this.#writing)
    this.#writing = undefined
  }

  async close(): Promise<void> {
    await this.#writing?.[Symbol.asyncDispose]()
    this.#writing = undefined
  }

  /** As one small file. Throws what it failed with. */
  async put(path: string, text: string, changes: Partial<Target> = {}): Promise<Installed> {
    const [installed] = await this.putAll([[path, text]], changes)
    if (installed instanceof Error) throw installed
    if (!installed) throw new Error('no result')
    return installed
  }

  async putAll(
    files: readonly (readonly [string, string])[],
    changes: Partial<Target> = {},
  ): Promise<(Installed | Error)[]> {
    return await this.writing.writer.installSmall(
      files.map(([path, text]) => {
        const bytes = Buffer.from(text)
        return { target: target(path, changes), content: contentOfBytes(bytes), bytes }
      }),
      never,
    )
  }

  /** What somebody else does, behind the writer's back. */
  plant(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  text(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  names(path = ''): string[] {
    return readdirSync(join(this.root, path))
      .filter((name) => name !== '.fullmesh')
      .toSorted()
  }

  /** What lies in a room of the node's own place. */
  ownNames(room: Room): string[] {
    const path = join(this.root, '.fullmesh', room)
    return existsSync(path) ? readdirSync(path).toSorted() : []
  }

  /** The text of each file in a room, also of those in directories. */
  ownTexts(room: Room): string[] {
    return this.ownNames(room).flatMap((id) => {
      const path = `.fullmesh/${room}/${id}`
      const isDirectory = lstatSync(join(this.root, path)).isDirectory()
      return isDirectory ? Object.values(this.texts(path)) : [this.text(path)]
    })
  }

  /** The text of each file that can be seen, or of each below `path`, by path. */
  texts(path = ''): Record<string, string> {
    const below = path === '' ? this.names() : readdirSync(join(this.root, path))
    return Object.fromEntries(
      below
        .map((name) => join(path, name))
        .flatMap((one) =>
          lstatSync(join(this.root, one)).isDirectory()
            ? Object.entries(this.texts(one))
            : [[one, this.text(one)]],
        ),
    )
  }

  /** The bytes of all items as text, newest first. */
  async binned(kind: BinKind, path = ''): Promise<string[]> {
    const items = await this.writing.bin.list(kind, parseSharePath(path))
    const room = kind === 'version' ? 'versions' : 'trash'
    return items.map(({ id }) => this.text(`.fullmesh/${room}/${id}`))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    for (const one of this.#crashed) await one[Symbol.asyncDispose]()
    await this.journal[Symbol.asyncDispose]()
    await this.#owned[Symbol.asyncDispose]()
  }
}

/** A new, open one in a folder of its own. The disk has its own idea of the time, whatever `clock` says. */
export async function writtenFolder(clock = new ManualClock()): Promise<WrittenFolder> {
  return await writtenFolderOn(await tempFolder(), clock)
}

/** The same in a folder that is there, and goes with it. */
export async function writtenFolderOn(
  disk: AsyncDisposable & { readonly path: string },
  clock = new ManualClock(),
): Promise<WrittenFolder> {
  const folder = new WrittenFolder(disk.path, disk, clock)
  await folder.open()
  return folder
}

export function target(path: string, changes: Partial<Target> = {}): Target {
  return {
    path: parseSharePath(path),
    attributes: plainAttributes,
    base: 'absent',
    who: 'ana',
    ...changes,
  }
}

export function textContent(text: string): Exclude<Base, string> {
  return contentOfBytes(Buffer.from(text))
}

export const never = new AbortController().signal
