import type { NodeError } from '../../../base/errors.ts'
import type { SharePath } from '../../../content/content.ts'
import { parseName, parseSharePath } from '../../../content/names.ts'
import { peerName } from '../../../mesh/book/peer-name.ts'
import { orStopped } from '../../../mesh/link/send-body.ts'
import type { OwnShare } from '../../../shares/shares.ts'
import { OwnerAwayError, ReadOnlyError } from '../../../transfer/files/errors.ts'
import type { OpenedShares } from '../../../transfer/files/opened-shares.ts'
import { ownEditor, ownReader } from '../../../transfer/files/own-files.ts'
import type { KnownShare, RemoteShare } from '../../../transfer/transfer.ts'
import { ownName } from '../../contract/locator.ts'
import type { DriveParts, DriveShare } from '../drive.ts'
import { nothingThere } from '../errors.ts'
import { driveShare } from './drive-share.ts'
import type { PrivateFiles } from './private-files.ts'
import { freeBytes } from './stages.ts'

/** What an address of the drive means. */
export type DrivePlace =
  | { readonly kind: 'top' }
  | { readonly kind: 'peer'; readonly name: string }
  | SharePlace

export interface SharePlace {
  readonly kind: 'share'
  readonly share: ListedShare
  readonly path: SharePath
}

/** A share that can be opened. */
export type ListedShare =
  | { readonly names: readonly [string, string]; readonly own: OwnShare }
  | { readonly names: readonly [string, string]; readonly known: KnownShare }

/** All that is in the drive: `/me/SHARE` for this node's shares, `/PEER/SHARE` for those that were opened here. */
export class DriveWorld {
  readonly #parts: DriveParts
  readonly #opened: OpenedShares
  readonly #privateFiles: PrivateFiles

  constructor(parts: DriveParts, opened: OpenedShares, privateFiles: PrivateFiles) {
    this.#parts = parts
    this.#opened = opened
    this.#privateFiles = privateFiles
  }

  shares(): ListedShare[] {
    const { shares, remoteShares, mesh } = this.#parts
    return [
      ...shares.all().map((own) => ({ names: [ownName, own.settings.name] as const, own })),
      ...remoteShares.known().map((known) => {
        const peer = folderName(peerName(mesh, known.owner, ownName), known.owner)
        return { names: [peer, folderName(known.name, known.id)] as const, known }
      }),
    ]
  }

  /** Whose shares there are; this node's user first. */
  peers(): string[] {
    return [...new Set([ownName, ...this.shares().map(({ names }) => names[0])])]
  }

  /** Throws DavError 404 for unknown peers and shares, NameError for a path that no share can have. */
  find([peer, name, ...rest]: readonly string[]): DrivePlace {
    if (peer === undefined) return { kind: 'top' }
    if (name === undefined) {
      if (this.peers().includes(peer)) return { kind: 'peer', name: peer }
      throw nothingThere()
    }
    const shares = this.shares()
    const share =
      shares.find(({ names }) => names[0] === peer && names[1] === name) ??
      shares.find((one) => 'known' in one && one.known.owner === peer && one.known.id === name)
    if (share) return { kind: 'share', share, path: parseSharePath(rest.join('/')) }
    throw nothingThere()
  }

  /** Rejects as RemoteShares.open does. */
  async open(listed: ListedShare, signal: AbortSignal): Promise<DriveShare> {
    const { names } = listed
    const common = { names, privateFiles: this.#privateFiles }
    if ('own' in listed) {
      const { own } = listed
      const access = {
        scope: 'change',
        reader: ownReader(own),
        editor: ownEditor(own, this.#parts.localFiles),
      } as const
      return driveShare({
        ...common,
        ...{ id: own.id, access },
        totalBytes: () => own.head()?.head.summary.bytes ?? 0,
        availableBytes: () => freeBytes(own.folder.path),
        refusal: () => new ReadOnlyError(names[1], 'yourself'),
        caughtUp: async () => {},
        close: async () => {},
      })
    }
    const remote = await this.#opened.open(listed.known.id, undefined, signal)
    return driveShare({
      ...common,
      ...{ id: listed.known.id, access: remote.files },
      totalBytes: () => remote.head().head.summary.bytes,
      availableBytes: async () => undefined,
      refusal: () => refusalOf(listed.known, names),
      caughtUp: (sequence, until) => this.#caughtUp(remote, sequence, until),
      close: async () => remote[Symbol.asyncDispose](),
    })
  }

  /** Heads come by themselves, a moment after the acknowledgement. Late ones are not waited for for ever. */
  async #caughtUp(share: RemoteShare, sequence: number, signal: AbortSignal): Promise<void> {
    const isThere = () => share.head().head.sequence >= sequence
    if (isThere()) return
    const { clock, log } = this.#parts.surroundings
    const there = Promise.withResolvers<void>()
    using waiting = new DisposableStack()
    const look = () => {
      if (isThere()) there.resolve()
    }
    waiting.use(share.headChanged.subscribe(look))
    waiting.use(clock.after(headMaxMs, there.resolve))
    await orStopped(there.promise, signal)
    if (!isThere()) log.warn('The head of a change that was made has not come', { sequence })
  }
}

/** Whoever holds the scope and does not get it was let in by a deputy: the owner is away. */
function refusalOf({ scope }: KnownShare, [owner, share]: readonly [string, string]): NodeError {
  return scope === 'change' ? new OwnerAwayError(share, owner) : new ReadOnlyError(share, owner)
}

/** People may be called, and may call a share, what no folder can be called: then its id has to do. */
function folderName(name: string, id: string): string {
  try {
    return parseName(name.normalize('NFC'))
  } catch {
    return id
  }
}

/** Long enough for any line that a person would use a drive over. */
const headMaxMs = 10_000
