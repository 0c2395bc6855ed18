import { basename, resolve } from 'node:path'
import { MissingError } from '../base/errors.ts'
import { Serial } from '../base/serial.ts'
import { Topic } from '../base/topic.ts'
import type { Folder, Name } from '../content/content.ts'
import { collisionKey, parseName } from '../content/names.ts'
import { linkSecretBytes } from './access/deputy.ts'
import { registerPasswords } from './access/password-setting.ts'
import { openActivityLog } from './activity-log.ts'
import { ShareExistsError } from './errors.ts'
import { openShare } from './open-share.ts'
import type { LiveShare, ShareParts } from './open-share.ts'
import { newShareKey } from './share-key.ts'
import { changedRecord, firstRecord } from './share-record.ts'
import type { Fresh, ShareRecord } from './share-record.ts'
import { ShareStore } from './share-store.ts'
import type { ActivityLog, NewShare, OwnShare, ShareChange, ShareId, Shares } from './shares.ts'

/** What Shares is opened with; shares.db (share-database.ts) and the passwords' thread are closed by whoever opened them. */
export type SharesParts = Omit<ShareParts, 'store' | 'activities' | 'onChange'>

/** Opens the shares of this node, each with its folder watched. A share whose folder is gone is there, and paused. */
export async function openShares(parts: SharesParts): Promise<Shares> {
  const log = await openActivityLog(parts.database, parts.surroundings.clock)
  const shares = new OwnShares(parts, log)
  await shares.open()
  return shares
}

class OwnShares implements Shares {
  readonly changed = new Topic<ShareId>()
  readonly log: ActivityLog
  readonly #parts: ShareParts
  readonly #sharesById = new Map<ShareId, LiveShare>()
  readonly #serial = new Serial()

  constructor(parts: SharesParts, log: ActivityLog) {
    this.log = log
    const onChange = (id: ShareId) => this.changed.publish(id)
    this.#parts = { ...parts, store: new ShareStore(parts.database), activities: log, onChange }
  }

  async open(): Promise<void> {
    for (const record of await this.#parts.store.all()) {
      this.#sharesById.set(record.id, await openShare(record, undefined, this.#parts))
    }
  }

  all(): readonly OwnShare[] {
    return [...this.#sharesById.values()]
  }

  byId(id: ShareId): OwnShare | undefined {
    return this.#sharesById.get(id)
  }

  byName(name: string): OwnShare | undefined {
    const shares = [...this.#sharesById.values()]
    return shares.find((share) => share.settings.name === name) ?? this.#alike(name as Name)
  }

  add(folder: string, settings: NewShare): Promise<OwnShare> {
    return this.#serial.run(async () => {
      const path = resolve(folder)
      this.#checkFree(path)
      const name = this.#freeName(settings.name ?? basename(path), undefined)
      const key = newShareKey(this.#parts.surroundings.random)
      const fresh = await this.#fresh(key.id, {}, name, settings)
      const record = firstRecord({ key, folder: path, settings, fresh: { ...fresh, name } })
      const opened = await this.#parts.openFolder(path, key.id)
      const share = await this.#keep(record, opened)
      await this.#note(share, 'shared')
      return share
    })
  }

  change(id: ShareId, change: ShareChange): Promise<OwnShare> {
    return this.#serial.run(async () => {
      const share = this.#existing(id)
      const { passwords } = share.record
      const name = change.name === undefined ? undefined : this.#freeName(change.name, id)
      const record = changedRecord(
        share.record,
        change,
        await this.#fresh(id, passwords, name, change),
      )
      await this.#parts.store.put(record)
      await share.become(record)
      if (change.acceptLosses) await share.acceptLosses()
      await this.#note(share, inWords(change))
      return share
    })
  }

  remove(id: ShareId): Promise<void> {
    return this.#serial.run(async () => {
      const share = this.#existing(id)
      this.#sharesById.delete(id)
      await this.#parts.store.remove(id)
      await share.leave()
      this.changed.publish(id)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serial.idle()
    await Promise.all([...this.#sharesById.values()].map((share) => share[Symbol.asyncDispose]()))
    this.#sharesById.clear()
  }

  /** What a change needs that takes time or chance. */
  async #fresh(
    share: ShareId,
    kept: ShareRecord['passwords'],
    name: Name | undefined,
    change: Pick<ShareChange, 'passwords'>,
  ): Promise<Fresh> {
    const { owner, opaque, surroundings } = this.#parts
    const setting = { share, owner, kept }
    return {
      name,
      secret: surroundings.random.bytes(linkSecretBytes),
      passwords: await registerPasswords(change.passwords ?? {}, setting, opaque),
    }
  }

  async #keep(record: ShareRecord, folder: Folder): Promise<LiveShare> {
    try {
      // Its own idea of where it is: the same folder may have been named in two ways.
      this.#checkFree(folder.path)
      const kept = { ...record, folder: folder.path }
      await this.#parts.store.put(kept)
      const share = await openShare(kept, folder, this.#parts)
      this.#sharesById.set(share.id, share)
      return share
    } catch (error) {
      await folder[Symbol.asyncDispose]()
      throw error
    }
  }

  #existing(id: ShareId): LiveShare {
    const share = this.#sharesById.get(id)
    if (!share)
      throw new MissingError('This node has no such share. "fullmesh share ls" lists them.')
    return share
  }

  #freeName(text: string, own: ShareId | undefined): Name {
    const name = parseName(text)
    const other = this.#alike(name)
    if (!other || other.id === own) return name
    throw new ShareExistsError(
      `Another share is called "${other.settings.name}" already. Choose another name with --name.`,
    )
  }

  #checkFree(path: string): void {
    const other = [...this.#sharesById.values()].find((share) => share.record.folder === path)
    if (!other) return
    throw new ShareExistsError(
      `This folder is shared already, as "${other.settings.name}". Change that with "fullmesh share set".`,
    )
  }

  /** Names that differ only in case or form are one to people. */
  #alike(name: Name): LiveShare | undefined {
    const key = collisionKey(name)
    return [...this.#sharesById.values()].find(
      ({ settings }) => collisionKey(settings.name) === key,
    )
  }

  async #note(share: LiveShare, detail: string): Promise<void> {
    const line = {
      share: share.id,
      who: 'owner',
      what: 'setting',
      path: undefined,
      detail,
    } as const
    await this.log.add(line)
    this.changed.publish(share.id)
  }
}

/** For the log; never a password. */
function inWords(change: ShareChange): string {
  const { name, read, passwords, revoke, admit, acceptLosses } = change
  return [
    name && `name: ${name}`,
    read && `read: ${read}`,
    change.change && `change: ${change.change}`,
    passwords?.read && 'new read password',
    passwords?.change && 'new change password',
    revoke && `shut out: ${revoke}`,
    admit && `not shut out any more: ${admit}`,
    acceptLosses && 'losses accepted',
  ]
    .filter(Boolean)
    .join(', ')
}
