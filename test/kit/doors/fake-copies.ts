import { Topic } from '../../../src/base/topic.ts'
import type { Copies, Copy, CopyState, NewCopy } from '../../../src/transfer/transfer.ts'

/** Half of four files. */
export const copyProgress = {
  filesTotal: 4,
  filesDone: 2,
  bytesTotal: 4_000_000,
  bytesDone: 2_000_000,
  rateBytesPerSecond: 1_000_000,
  sources: [{ id: '192.0.2.9:4711', bytes: 2_000_000 }],
  problems: [],
} as const

/** Copies that go on only when a test says so. */
export class FakeCopies implements Copies {
  readonly changed = new Topic<Copy>()
  readonly #copies: FakeCopy[] = []

  all(): readonly FakeCopy[] {
    return this.#copies
  }

  byId(id: string): FakeCopy | undefined {
    return this.#copies.find((copy) => copy.id === id)
  }

  async add(wanted: NewCopy): Promise<FakeCopy> {
    const same = this.#copies.find((copy) => isSame(copy, wanted))
    if (same) {
      await this.resume(same.id)
      return same
    }
    const copy = new FakeCopy(`copy${String(this.#copies.length + 1).padStart(4, '0')}`, wanted)
    this.#copies.push(copy)
    return copy
  }

  /** What the copy is from now on, told to whoever listens. */
  become(id: string, state: CopyState): void {
    const copy = this.byId(id)
    if (!copy) throw new Error(`there is no copy ${id}`)
    copy.now = state
    this.changed.publish(copy)
  }

  async pause(id: string): Promise<void> {
    this.become(id, { ...copyProgress, kind: 'paused' })
  }

  async resume(id: string): Promise<void> {
    this.become(id, { ...copyProgress, kind: 'copying' })
  }

  async remove(id: string): Promise<void> {
    this.#copies.splice(
      this.#copies.findIndex((copy) => copy.id === id),
      1,
    )
  }

  holdings(): readonly [] {
    return []
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class FakeCopy implements Copy {
  readonly id: string
  readonly share
  readonly source
  readonly destination: string
  readonly mode
  readonly seed: boolean
  now: CopyState = { ...copyProgress, kind: 'copying' }

  constructor(id: string, { share, source, destination, mode, seed }: NewCopy) {
    this.id = id
    this.share = share
    this.source = source
    this.destination = destination
    this.mode = mode
    this.seed = seed
  }

  state(): CopyState {
    return this.now
  }
}

function isSame(one: NewCopy, other: NewCopy): boolean {
  const keys = ['share', 'source', 'destination', 'mode', 'seed'] as const
  return keys.every((key) => one[key] === other[key])
}
