import { Serial } from '../../base/serial.ts'
import { Topic } from '../../base/topic.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { ForkError, RollbackError } from '../../shares/errors.ts'
import { comparePinned } from '../../shares/head-pin.ts'
import { parseSignedHead } from '../../shares/head.ts'
import type { SignedHead } from '../../shares/shares.ts'
import type { HeadAlarm, KnownShares, ShareRecord } from './known-shares.ts'

/**
 * The newest head ever seen of one share. It is on disk before anybody acts on it, so that no restart makes
 * us believe an older one. A fork is an alarm whoever shows it: both heads bear the share's signature. An
 * older head is an alarm from the owner only: somebody else is just behind.
 */
export class PinnedHead {
  readonly changed = new Topic<SignedHead>()
  readonly raised = new Topic<Error>()
  readonly #record: ShareRecord
  readonly #store: KnownShares
  readonly #turns = new Serial()
  #head: SignedHead | undefined
  #alarm: Error | undefined

  constructor(record: ShareRecord, store: KnownShares) {
    this.#record = record
    this.#store = store
    this.#head = record.head
    this.#alarm = record.alarm && errorOf(record.alarm)
  }

  get head(): SignedHead | undefined {
    return this.#head
  }

  get alarm(): Error | undefined {
    return this.#alarm
  }

  /**
   * Takes a head that `from` has shown. Rejects with HeadError for one that is not the share's, and with
   * ForkError or RollbackError after raising the alarm.
   */
  offer(bytes: Uint8Array, from: PeerId): Promise<void> {
    const received = parseSignedHead(bytes, this.#record.id)
    return this.#turns.run(() => this.#take(received, from))
  }

  async #take(received: SignedHead, from: PeerId): Promise<void> {
    const { id, owner } = this.#record
    try {
      if (comparePinned(this.#head, received) === 'same') return
    } catch (error) {
      const alarm = alarmOf(error)
      if (!alarm) throw error
      if (alarm.kind === 'rollback' && from !== owner) return
      await this.#raise(alarm)
      throw error
    }
    await this.#store.put(id, owner, { head: received })
    this.#head = received
    this.changed.publish(received)
  }

  async #raise(alarm: HeadAlarm): Promise<void> {
    if (this.#alarm) return
    this.#alarm = errorOf(alarm)
    await this.#store.put(this.#record.id, this.#record.owner, { alarm })
    this.raised.publish(this.#alarm)
  }
}

function alarmOf(error: unknown): HeadAlarm | undefined {
  if (error instanceof ForkError) return { kind: 'fork', sequence: error.sequence }
  if (!(error instanceof RollbackError)) return undefined
  const { pinnedSequence, sequence } = error
  return { kind: 'rollback', pinnedSequence, sequence }
}

function errorOf(alarm: HeadAlarm): Error {
  return alarm.kind === 'fork'
    ? new ForkError(alarm.sequence)
    : new RollbackError(alarm.pinnedSequence, alarm.sequence)
}
