import { basename } from 'node:path'
import { Topic } from '../../../src/base/topic.ts'
import { parseName } from '../../../src/content/names.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { ShareExistsError } from '../../../src/shares/errors.ts'
import type {
  Activity,
  NewShare,
  OwnShare,
  ShareChange,
  ShareId,
  Shares,
} from '../../../src/shares/shares.ts'
import { FakeShare } from './fake-share.ts'
import { MemoryFiles } from './memory-files.ts'

/** The shares of a node, in memory. */
export class FakeShares implements Shares {
  readonly changed = new Topic<ShareId>()
  readonly activities: Activity[] = []
  readonly log: Shares['log']
  readonly #owner: PeerId
  readonly #nowMs: () => number
  #shares: FakeShare[] = []

  constructor(owner: PeerId, nowMs: () => number) {
    this.#owner = owner
    this.#nowMs = nowMs
    const added = new Topic<Activity>()
    this.log = {
      added,
      add: async (activity) => {
        const whole = { ...activity, atMs: this.#nowMs() }
        this.activities.unshift(whole)
        added.publish(whole)
      },
      list: async (share, limit) =>
        this.activities.filter((activity) => activity.share === share).slice(0, limit),
    }
  }

  /** A share with these files, by path. */
  plant(name: string, files: Readonly<Record<string, string>>): FakeShare {
    const settings = { name: parseName(name), read: 'link', change: 'nobody' } as const
    const share = new FakeShare(`/home/ana/${name}`, settings, this.#owner, new MemoryFiles(files))
    this.#shares.push(share)
    return share
  }

  get planted(): readonly FakeShare[] {
    return this.#shares
  }

  all(): readonly OwnShare[] {
    return this.#shares
  }

  byId(id: ShareId): OwnShare | undefined {
    return this.#shares.find((share) => share.id === id)
  }

  byName(name: string): OwnShare | undefined {
    return this.#shares.find((share) => share.settings.name === name)
  }

  async add(folder: string, settings: NewShare): Promise<FakeShare> {
    const name = parseName(settings.name ?? basename(folder))
    if (this.byName(name)) throw new ShareExistsError(`Another share is called "${name}" already.`)
    const { read, change, passwords } = settings
    const files = new MemoryFiles({ 'a.txt': 'first', 'deep/b.txt': 'second' })
    const share = new FakeShare(folder, { name, read, change }, this.#owner, files)
    share.passwords = passwords
    this.#shares.push(share)
    this.changed.publish(share.id)
    return share
  }

  async change(id: ShareId, change: ShareChange): Promise<FakeShare> {
    const share = this.#shares.find((one) => one.id === id)
    if (!share) throw new Error('the door asked for a share that it did not see')
    const { name, read, change: changeRule, passwords } = change
    share.settings = {
      name: name === undefined ? share.settings.name : parseName(name),
      read: read ?? share.settings.read,
      change: changeRule ?? share.settings.change,
    }
    share.passwords = { ...share.passwords, ...passwords }
    this.changed.publish(id)
    return share
  }

  async remove(id: ShareId): Promise<void> {
    this.#shares = this.#shares.filter((share) => share.id !== id)
    this.changed.publish(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
