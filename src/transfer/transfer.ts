/**
 * Transfer: what is missing, whom to ask, and the talk between nodes about shares.
 *
 * Job: the peer protocol (wire/), other nodes' shares as this node sees them (remote/), the pure deciders
 * and the fetching of content from several sources at once (swarm/), copies that last and follow
 * (copies/), changes, in which the owner pulls what a writer announces (changes/), and own and other shares
 * in one form for the doors (files/).
 * Non-goals: other networks' protocols (networks/), deciding who may (shares), storing (content).
 *
 * This file holds the floor's nouns and ports; each is made by the `openX` or function named beside it.
 */
import type { Topic } from '../base/topic.ts'
import type {
  Base,
  BinItem,
  BinKind,
  ContentId,
  Entry,
  FileAttributes,
  Name,
  PageSource,
  SharePath,
} from '../content/content.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type {
  Capability,
  ChangeRule,
  Invite,
  OpenAnswer,
  OpenProof,
  ReadRule,
  Scope,
  ShareId,
  SignedHead,
} from '../shares/shares.ts'

/**
 * Whatever this node can serve of one share: an own share whole, or a copy as far as it has come.
 * The wire asks only this port. Made by wire/own-holding.ts and copies/copy-holding.ts.
 */
export interface Holding extends PageSource {
  readonly share: ShareId
  /** Whose share it is: this node, or whom a copy came from. */
  readonly owner: PeerId
  readonly name: string
  readonly read: ReadRule
  readonly change: ChangeRule
  head(): SignedHead | undefined
  readonly headChanged: Topic<SignedHead>
  /** Which pieces became servable. */
  readonly gained: Topic<Gain>
  /** Everything that can be served now, while that is not everything in `head`; watchers are told at most 65,536 of them. */
  partial(): readonly Possession[]
  /** Whether everything in `head` can be served. */
  whole(): boolean
  /** Whether the list of this node's shares names it to `asker`: it is open to everyone, or to this peer. */
  isShownTo(asker: PeerId): boolean
  /** Told before a peer is served bytes of `path`: for the activity log, if this node keeps one of the share. */
  noteRead(asker: PeerId, path: SharePath): void
  /** Throws CapabilityError. */
  check(capability: Uint8Array, asker: PeerId, needed: Scope): Capability
  /** Lets a peer in, as the owner or as its deputy; MissingError if this node can't. */
  open(asker: PeerId, proof: OpenProof): Promise<OpenAnswer>
  piece(
    path: SharePath,
    content: ContentId,
    index: number,
    signal: AbortSignal,
  ): Promise<Uint8Array>
  smallFiles(
    wanted: readonly { readonly path: SharePath; readonly content: ContentId }[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]>
  layer(path: SharePath, content: ContentId, signal: AbortSignal): Promise<Uint8Array>
  leaves(
    path: SharePath,
    content: ContentId,
    index: number,
    signal: AbortSignal,
  ): Promise<Uint8Array>
}

export interface Gain {
  readonly content: ContentId
  readonly pieces: readonly number[]
}

/** What a holder has of one content. */
export interface Possession {
  readonly content: ContentId
  readonly pieces: 'all' | ReadonlySet<number>
}

/**
 * Whatever can deliver bytes of a content id: a peer that holds the share, later BitTorrent and others.
 * Bytes are unverified: the caller checks every piece. One contract suite holds for all (test/contracts/source.ts).
 */
export interface Source {
  /** For people, logs and the blame list: a PeerId, or network and address. */
  readonly id: string
  /** Whether it is on the same LAN: asked first. */
  readonly near: boolean
  /** Pieces it has of `content`; undefined while unknown. */
  has(content: ContentId): 'all' | ReadonlySet<number> | undefined
  /** Fires when `has` may answer differently; undefined: for any content. */
  readonly gained: Topic<ContentId | undefined>
  /** Pieces first .. first + count - 1 in order; the stream may end early. `signal` cancels it at the far side as well. */
  pieces(wanted: PieceRun, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Whole small files in order; undefined in the place of each that it lacks. */
  smallFiles(
    wanted: readonly FileWanted[],
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array | undefined>
  layer(wanted: FileWanted, signal: AbortSignal): Promise<Uint8Array>
  leaves(wanted: FileWanted, index: number, signal: AbortSignal): Promise<Uint8Array>
  readonly roundTripMs: number | undefined
  /** Fires when it is gone for good. */
  readonly gone: AbortSignal
}

export interface FileWanted {
  readonly path: SharePath
  readonly content: ContentId
}

export interface PieceRun extends FileWanted {
  readonly first: number
  readonly count: number
}

/** Another node's share as this node knows it; survives restarts. */
export interface KnownShare {
  readonly id: ShareId
  readonly owner: PeerId
  /** Made safe for display; unique for its owner on this node. */
  readonly name: string
  /** The scope held now or last. */
  readonly scope: Scope | undefined
}

/** Other nodes' shares. Opened by remote/open-remote-shares.ts. */
export interface RemoteShares extends AsyncDisposable {
  known(): readonly KnownShare[]
  /** Remembers the share and makes the owner a contact (trust `known`) named as the owner's node calls itself. */
  accept(invite: Invite): Promise<KnownShare>
  /** Asks a peer what it shares with this node, open shares and those already opened, and remembers them. */
  offered(peer: PeerId, signal: AbortSignal): Promise<readonly OfferedShare[]>
  /**
   * Opens a share: asks the owner, or else whoever holds a copy, for a capability and the newest head.
   * Heads are pinned: an older sequence than seen before is refused (RollbackError), two heads of one
   * sequence raise ForkError. Without a password where one is needed: PasswordNeededError.
   * Opening the same share twice gives the same object; disposing the last user closes it.
   */
  open(share: ShareId, options: OpenOptions, signal: AbortSignal): Promise<RemoteShare>
  /** The newest head ever seen of a share, without asking anybody: what a copy can serve while the owner is away. */
  pinned(share: ShareId): SignedHead | undefined
  forget(share: ShareId): Promise<void>
}

export interface OpenOptions {
  /**
   * Shown to whoever lets in, also where none is needed or the share is open already: which one it is
   * decides the scope, so that a reader becomes an editor by it. `files` is then the wider one's. A wrong
   * one rejects with WrongPasswordError and leaves what was held.
   */
  readonly password?: string
}

export interface OfferedShare {
  readonly id: ShareId
  /** Whoever lists it may hold a copy only. */
  readonly owner: PeerId
  readonly name: string
  readonly read: ReadRule
  readonly change: ChangeRule
  readonly files: number
  readonly bytes: number
}

/** An opened share of another node. Keeps its capability fresh and its head followed while it is open. */
export interface RemoteShare extends AsyncDisposable {
  readonly known: KnownShare
  head(): SignedHead
  readonly headChanged: Topic<SignedHead>
  /** Pages of the current tree, from any holder, cached. */
  readonly pages: PageSource
  /** Why this node may not read the share any more, such as PasswordNeededError when there is a new password; it is tried again now and then. */
  lost(): Error | undefined
  /** Holders this node has a link to now; none while access is lost. */
  sources(): readonly Source[]
  readonly sourcesChanged: Topic<readonly Source[]>
  /** Stops using a source that gave wrong bytes: it goes, and its peer is left alone for an hour, the owner for a minute. */
  blame(source: Source, error: Error): void
  /**
   * Tells holders that this node serves the share in turn, and asks the owner to be its deputy, until
   * disposed. `onCommission` gets each commission that comes (shares/access/deputy.ts).
   */
  holdInTurn(onCommission: (commission: Uint8Array) => void): Disposable
  /** What holders say about this node's changes, such as a conflict, and heads that must not be. */
  readonly notices: Topic<ShareNotice>
  /** RollbackError or ForkError: the share's key, or a backup of it, is in use twice. Kept until the share is forgotten. */
  alarm(): Error | undefined
  /** Permission is a type: only `change` has an editor. */
  readonly files:
    | { readonly scope: 'read'; readonly reader: RemoteReader }
    | { readonly scope: 'change'; readonly reader: RemoteReader; readonly editor: RemoteEditor }
}

export interface RemoteReader {
  entry(path: SharePath, signal: AbortSignal): Promise<Entry | undefined>
  /** In name order after `after`, at most `limit` (<= 1,000). MissingError if there is no such directory. */
  list(
    path: SharePath,
    after: Name | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<Entry[]>
  /**
   * Verified bytes from `offset`, `length` of them or to the end, without storing anything. What stands there now, or
   * what was seen there, `expected`: it fails with the kind `changed` when the bytes are not those any more.
   */
  read(
    path: SharePath,
    offset: number,
    length: number | undefined,
    signal: AbortSignal,
    expected?: ContentId,
  ): AsyncIterable<Uint8Array>
}

/** Each call resolves when the owner has acknowledged, that is, when the change survives a power cut at the owner. */
export interface RemoteEditor {
  /** Offers the local file; the owner pulls its bytes from this node. */
  put(
    localFile: string,
    change: RemotePut,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<ChangeResult>
  makeDirectory(path: SharePath, signal: AbortSignal): Promise<ChangeResult>
  move(from: SharePath, to: SharePath, signal: AbortSignal): Promise<ChangeResult>
  remove(path: SharePath, base: Base, signal: AbortSignal): Promise<ChangeResult>
  /** What changes have replaced or removed at and below `path`, newest first; at most 500. */
  replaced(kind: BinKind, path: SharePath, signal: AbortSignal): Promise<readonly BinItem[]>
  /** Brings one of these back to `path`; what stands there becomes a version. */
  restore(item: string, path: SharePath, signal: AbortSignal): Promise<ChangeResult>
}

export interface RemotePut {
  readonly path: SharePath
  readonly base: Base
  readonly attributes: FileAttributes
}

export interface ChangeResult {
  /** Where it is now: the path, or the conflict copy's. */
  readonly path: SharePath
  readonly outcome: 'done' | 'unchanged' | 'conflict'
  /** The first head that contains it. */
  readonly sequence: number
}

export type ShareNotice = ConflictNotice | AlarmNotice

export interface AlarmNotice {
  readonly kind: 'alarm'
  /** RollbackError or ForkError. */
  readonly error: Error
}

export interface ConflictNotice {
  readonly kind: 'conflict'
  readonly path: SharePath
  readonly copy: SharePath
  readonly who: string
}

/** A share, or part of one, being brought or kept on this computer. */
export interface Copy {
  /** Short, for commands: 8 characters. */
  readonly id: string
  readonly share: ShareId
  /** What of the share: a file, a directory, or (empty) all of it. */
  readonly source: SharePath
  /** Local absolute path of the folder, or of the file. */
  readonly destination: string
  /** `once` ends when all is here; `follow` keeps up with the share, and with the change scope brings local changes back. */
  readonly mode: 'once' | 'follow'
  /** Serves others in turn. */
  readonly seed: boolean
  state(): CopyState
}

export type CopyState = CopyProgress &
  (
    | { readonly kind: 'copying' | 'done' | 'following' | 'paused' }
    /** Nobody who has it can be reached; it goes on by itself. */
    | { readonly kind: 'waiting'; readonly detail: string }
    | { readonly kind: 'failed'; readonly error: Error }
  )

export interface CopyProgress {
  readonly filesTotal: number
  readonly filesDone: number
  readonly bytesTotal: number
  readonly bytesDone: number
  /** Over the last seconds. */
  readonly rateBytesPerSecond: number
  readonly sources: readonly { readonly id: string; readonly bytes: number }[]
  /** Paths that could not be brought, or became conflict copies, with the reason; at most 1,000. */
  readonly problems: readonly { readonly path: SharePath; readonly reason: string }[]
}

/** The copies of this node; they survive restarts and go on by themselves. Opened by copies/open-copies.ts. */
export interface Copies extends AsyncDisposable {
  all(): readonly Copy[]
  byId(id: string): Copy | undefined
  /** The same copy again goes on, or brings back what is not here any more. */
  add(copy: NewCopy): Promise<Copy>
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  /** Forgets it; the files stay. */
  remove(id: string): Promise<void>
  /** The copy whose state or progress changed; at most 4 times a second a copy. */
  readonly changed: Topic<Copy>
  /** What this node can serve of other nodes' shares. */
  holdings(): readonly Holding[]
}

export interface NewCopy {
  readonly share: ShareId
  readonly source: SharePath
  readonly destination: string
  readonly mode: 'once' | 'follow'
  readonly seed: boolean
}
