import type { Surroundings } from '../../base/base.ts'
import { toHex } from '../../base/bytes.ts'
import { MissingError, NodeError, throwIfInterrupted } from '../../base/errors.ts'
import { Serial } from '../../base/serial.ts'
import type { BinItem, BinKind, SharePath } from '../../content/content.ts'
import { orStopped } from '../../mesh/link/send-body.ts'
import type { Link, PeerId } from '../../mesh/mesh.ts'
import type { OwnShare, ShareId, Shares } from '../../shares/shares.ts'
import type { ChangeResult } from '../transfer.ts'
import type { Change } from '../wire/change.ts'
import type { ChangeDesk } from '../wire/wire.ts'
import { carryOut } from './carry-out.ts'
import type { ChangeLog } from './change-log.ts'
import type { Notices } from './notices.ts'

/** A writer, or all together, have more changes under way than this node carries out at once. */
export class TooManyChangesError extends NodeError {
  override readonly name = 'TooManyChangesError'
  readonly kind = 'busy'
  constructor() {
    super('Too many changes are under way there. Try again in a moment.')
  }
}

export interface ChangeDeskParts {
  readonly shares: Shares
  readonly owner: PeerId
  readonly log: ChangeLog
  readonly notices: Notices
  readonly surroundings: Surroundings
}

/** Takes changes to this node's shares in. Disposing it waits for what is being installed. */
export function openChangeDesk(parts: ChangeDeskParts): ChangeDesk & AsyncDisposable {
  return new OwnersDesk(parts)
}

class OwnersDesk implements ChangeDesk, AsyncDisposable {
  readonly #parts: ChangeDeskParts
  readonly #closing = new AbortController()
  /** One change asked for twice at once is carried out once: the second asking waits for the first. */
  readonly #queuesByChange = new Map<string, { turns: Serial; length: number }>()
  readonly #writersUnderWay: PeerId[] = []

  constructor(parts: ChangeDeskParts) {
    this.#parts = parts
  }

  async accept(
    change: Change,
    link: Link,
    onProgress: (bytes: number) => void,
    gone: AbortSignal,
  ): Promise<ChangeResult> {
    const { writer } = change
    const ofWriter = this.#writersUnderWay.filter((one) => one === writer).length
    if (ofWriter >= changesOfWriterMax || this.#writersUnderWay.length >= changesMax) {
      throw new TooManyChangesError()
    }
    this.#writersUnderWay.push(writer)
    const work = this.#inTurn(change, () => this.#accept(change, link, onProgress, gone))
    // What is being installed goes on when the writer has gone, and takes up its place until it is done.
    work.catch(() => {}).finally(() => this.#leave(writer))
    return orStopped(work, gone)
  }

  async replaced(share: ShareId, kind: BinKind, path: SharePath): Promise<readonly BinItem[]> {
    return this.#share(share).folder.bin.list(kind, path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#queuesByChange.values()].map(({ turns }) => turns.idle()))
  }

  async #accept(
    change: Change,
    link: Link,
    onProgress: (bytes: number) => void,
    gone: AbortSignal,
  ): Promise<ChangeResult> {
    const { log, surroundings } = this.#parts
    const closing = this.#closing.signal
    throwIfInterrupted(AbortSignal.any([gone, closing]))
    const share = this.#share(change.share)
    const known = await log.find(change)
    if (known?.kind === 'done') return known.result
    if (!known) await log.begin(change, surroundings.clock.now())
    const isRepeated = known !== undefined
    const parts = { share, link, isRepeated, surroundings, onProgress, gone, closing }
    const made = await carryOut(change, parts)
    const { head } = await share.headNow()
    const result = { ...made, sequence: head.sequence }
    if (made.outcome === 'conflict') await this.#tellOfConflict(change, result)
    await log.finish(change, result)
    return result
  }

  #share(id: ShareId): OwnShare {
    const share = this.#parts.shares.byId(id)
    if (!share) throw new MissingError('Only the owner of a share can change it.')
    return share
  }

  /** The one who wrote before and the one who writes now: each hears of the other. */
  async #tellOfConflict(
    { share, path, writer }: Change,
    { path: copy }: ChangeResult,
  ): Promise<void> {
    const { log, notices, owner } = this.#parts
    const earlier = await log.lastWriter(share, path)
    const notice = { kind: 'conflict', path, copy } as const
    notices.post(share, writer, { ...notice, who: earlier ?? owner })
    if (earlier && earlier !== writer) notices.post(share, earlier, { ...notice, who: writer })
  }

  async #inTurn<Result>(change: Change, work: () => Promise<Result>): Promise<Result> {
    const key = `${change.share} ${change.writer} ${toHex(change.id)}`
    const queue = this.#queuesByChange.get(key) ?? { turns: new Serial(), length: 0 }
    this.#queuesByChange.set(key, queue)
    queue.length++
    try {
      return await queue.turns.run(work)
    } finally {
      queue.length--
      if (queue.length === 0) this.#queuesByChange.delete(key)
    }
  }

  #leave(writer: PeerId): void {
    this.#writersUnderWay.splice(this.#writersUnderWay.indexOf(writer), 1)
  }
}

/** A writer with many small files keeps the owner's disk busy with fewer. */
const changesOfWriterMax = 8
const changesMax = 64
