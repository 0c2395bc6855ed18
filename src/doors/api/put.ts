import type { Clock } from '../../base/clock.ts'
import { errorKind, NodeError } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'
import type { Base, SharePath } from '../../content/content.ts'
import type { RemoteEditor, RemoteReader } from '../../transfer/transfer.ts'
import type { PutLine } from '../contract/change.ts'
import { Changes } from './changes.ts'
import type { LocalEntry } from './local-files.ts'
import { targetOf } from './put-plan.ts'
import type { PutPlan } from './put-plan.ts'

export interface PutParts {
  readonly plan: PutPlan
  readonly reader: RemoteReader
  readonly editor: RemoteEditor
  /** What the asker believes to be at the target of a single file; by default, what is there now. */
  readonly base: Base | undefined
  readonly clock: Clock
  /** The plain form of a path of the share. */
  readonly placeOf: (path: SharePath) => string
}

/** Puts what was planned, several files at once, and tells how it goes. Stops when it is left. */
export async function* putLines(parts: PutParts, signal: AbortSignal): AsyncGenerator<PutLine> {
  const left = new AbortController()
  const both = AbortSignal.any([signal, left.signal])
  using changes = new Changes<PutLine>(both)
  const put = new Put(parts, (key, line) => changes.push(key, line), both)
  const work = put.run()
  const settled = work.then(
    () => changes.finish(work),
    () => changes.finish(work),
  )
  try {
    yield* changes
  } finally {
    left.abort()
    await settled
  }
}

class Put {
  readonly #parts: PutParts
  readonly #tell: (key: string, line: PutLine) => void
  readonly #signal: AbortSignal
  readonly #bytesTotal: number
  readonly #bytesUnderWay = new Map<LocalEntry, number>()
  #bytesDone = 0
  #filesDone = 0
  #toldAtMs = -Infinity

  constructor(parts: PutParts, tell: (key: string, line: PutLine) => void, signal: AbortSignal) {
    this.#parts = parts
    this.#tell = tell
    this.#signal = signal
    this.#bytesTotal = parts.plan.files.reduce((total, { bytes }) => total + bytes, 0)
  }

  async run(): Promise<void> {
    const { plan, placeOf } = this.#parts
    const waiting = plan.files.values()
    const worker = async () => {
      for (const file of waiting) await this.#step(file, () => this.#putFile(file))
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    for (const directory of plan.emptyDirectories) {
      await this.#step(directory, () => this.#makeDirectory(directory))
    }
    const place = placeOf(plan.target)
    this.#tell('done', { schema: 'fullmesh.put/1', kind: 'done', place, ...this.#tally() })
  }

  /** What is wrong with one file of many leaves the others alone; what would be wrong with each ends it all. */
  async #step(entry: LocalEntry, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const kind = errorKind(error)
      const concernsOne = ofOneFile.has(kind) && !this.#parts.plan.isSingle
      if (!concernsOne || !(error instanceof NodeError)) throw error
      const { name: failure, message } = error
      const path = entry.path
      this.#tell(`refused ${path}`, {
        schema: 'fullmesh.put/1',
        kind: 'refused',
        path,
        failure,
        message,
      })
    }
  }

  async #putFile(file: LocalEntry): Promise<void> {
    const { editor } = this.#parts
    const path = targetOf(this.#parts.plan, file)
    const base = await this.#baseAt(path)
    const change = { path, base, attributes: file.attributes }
    const onProgress = (bytes: number) => {
      this.#bytesUnderWay.set(file, bytes)
      this.#tellProgress()
    }
    try {
      const result = await editor.put(file.absolutePath, change, onProgress, this.#signal)
      this.#filesDone++
      this.#bytesDone += file.bytes
      if (result.outcome === 'conflict') this.#tellConflict(path, result.path)
    } finally {
      this.#bytesUnderWay.delete(file)
      this.#tellProgress()
    }
  }

  async #baseAt(path: SharePath): Promise<Base> {
    const { base, plan, reader } = this.#parts
    if (base !== undefined && plan.isSingle) return base
    if (plan.isNew) return 'absent'
    const entry = await reader.entry(path, this.#signal)
    return entry?.kind === 'file' ? entry.content : 'absent'
  }

  async #makeDirectory(directory: LocalEntry): Promise<void> {
    const path = targetOf(this.#parts.plan, directory)
    if (path !== '') await this.#parts.editor.makeDirectory(path, this.#signal)
  }

  #tellConflict(path: SharePath, copyPath: SharePath): void {
    const { placeOf } = this.#parts
    const [at, copy] = [placeOf(path), placeOf(copyPath)]
    this.#tell(`conflict ${at}`, { schema: 'fullmesh.put/1', kind: 'conflict', path: at, copy })
  }

  #tellProgress(): void {
    const nowMs = this.#parts.clock.elapsed()
    if (nowMs - this.#toldAtMs < progressEveryMs) return
    this.#toldAtMs = nowMs
    this.#tell('progress', { schema: 'fullmesh.put/1', kind: 'progress', ...this.#tally() })
  }

  #tally() {
    const underWay = [...this.#bytesUnderWay.values()].reduce((total, bytes) => total + bytes, 0)
    return {
      filesDone: this.#filesDone,
      filesTotal: this.#parts.plan.files.length,
      bytesDone: Math.min(this.#bytesTotal, this.#bytesDone + underWay),
      bytesTotal: this.#bytesTotal,
    }
  }
}

const ofOneFile: ReadonlySet<ErrorKind> = new Set([
  'usage',
  'missing',
  'conflict',
  'changed',
  'nothing',
])

/** Small files wait for syncs at the owner, not for the line: several share one. */
const atOnce = 8

const progressEveryMs = 250
