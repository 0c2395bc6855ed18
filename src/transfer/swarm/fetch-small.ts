import { throwIfInterrupted } from '../../base/errors.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { FileWanted, Source } from '../transfer.ts'

/** A small file as it came: unverified, with the source to blame. */
export interface ArrivedFile {
  readonly bytes: Uint8Array
  readonly source: Source
}

/** Spreads batches over sources: near ones first, then whoever has the least to do. */
export class BatchDesk {
  readonly #sources: () => readonly Source[]
  readonly #busyById = new Map<string, number>()
  readonly #bannedIds = new Set<string>()

  constructor(sources: () => readonly Source[]) {
    this.#sources = sources
  }

  /** Never to be asked again by this desk. */
  ban(source: Source): void {
    this.#bannedIds.add(source.id)
  }

  /**
   * Asks for the files, whoever lacks some of them after another, and returns them in the order of
   * `wanted`; undefined in the place of those that nobody had. Rejects with OfflineError when nobody
   * could be asked at all.
   */
  async fetch(
    wanted: readonly FileWanted[],
    signal: AbortSignal,
  ): Promise<(ArrivedFile | undefined)[]> {
    const arrived = wanted.map((): ArrivedFile | undefined => undefined)
    const askedIds = new Set<string>()
    let answered = false
    for (let source = this.#next(askedIds); source; source = this.#next(askedIds)) {
      askedIds.add(source.id)
      const open = [...arrived.keys()].filter((at) => arrived[at] === undefined)
      if (await this.#ask(source, wanted, open, arrived, signal)) answered = true
      if (arrived.every((file) => file !== undefined)) break
    }
    if (!answered) throw new OfflineError('Nobody who has these files can be reached now.')
    return arrived
  }

  /** Returns whether the source answered to the end; what came before a failure is kept. */
  async #ask(
    source: Source,
    wanted: readonly FileWanted[],
    open: readonly number[],
    arrived: (ArrivedFile | undefined)[],
    signal: AbortSignal,
  ): Promise<boolean> {
    this.#busy(source, 1)
    try {
      const asked = open.flatMap((at) => wanted[at] ?? [])
      let answer = 0
      for await (const bytes of source.smallFiles(asked, signal)) {
        const at = open[answer++]
        if (at === undefined) break
        if (bytes) arrived[at] = { bytes, source }
      }
      return answer >= open.length
    } catch {
      throwIfInterrupted(signal)
      return false
    } finally {
      this.#busy(source, -1)
    }
  }

  #next(askedIds: ReadonlySet<string>): Source | undefined {
    return this.#sources()
      .filter(({ id, gone }) => !askedIds.has(id) && !this.#bannedIds.has(id) && !gone.aborted)
      .toSorted((a, b) => Number(b.near) - Number(a.near) || this.#load(a) - this.#load(b))[0]
  }

  #load(source: Source): number {
    return this.#busyById.get(source.id) ?? 0
  }

  #busy(source: Source, change: number): void {
    this.#busyById.set(source.id, this.#load(source) + change)
  }
}
