/**
 * Shares: folders made available. What a share is, who may read or change it, and what was done to it.
 *
 * Job: a share's key, its signed heads, access (passwords by OPAQUE, grants, capabilities, deputies),
 * readers and editors as different types, invites, the activity log.
 * Non-goals: moving bytes (transfer), storing them (content), what peers say to each other (transfer/wire).
 *
 * This file holds the floor's nouns and ports; each is made by the `openX` or function named beside it.
 */
import type { Brand } from '../base/brand.ts'
import type { Topic } from '../base/topic.ts'
import type {
  Base,
  Entry,
  FileAttributes,
  Folder,
  Installed,
  Name,
  ScanProgress,
  SharePath,
  Stage,
  TreeSummary,
} from '../content/content.ts'
import type { Address, PeerId } from '../mesh/mesh.ts'

/** A share's Ed25519 public key in base32: 52 lower-case characters. Parser: share-id.ts. */
export type ShareId = Brand<string, 'ShareId'>

/** What a peer may do. `change` includes `read`. */
export type Scope = 'read' | 'change'

/** Who gets the read scope. `everyone`: any peer, and the share is shown on the LAN; `link`: whoever has the link. */
export type ReadRule = 'everyone' | 'link' | 'contacts' | 'password'

export type ChangeRule = 'nobody' | 'contacts' | 'password'

/** The signed, numbered statement of a share's newest tree. Codec and checks: head.ts. */
export interface Head {
  readonly share: ShareId
  /** Counts up from 1; no two heads of one share may have the same. */
  readonly sequence: number
  /** SHA-256 of the encoded previous head; 32 zero bytes for the first. */
  readonly previous: Uint8Array
  readonly summary: TreeSummary
  readonly timeMs: number
  /** A capability of a lower generation is void: raising one shuts everybody of that scope out at once. */
  readonly generations: Readonly<Record<Scope, number>>
  /** The owner is still indexing: more is to come. */
  readonly indexing: boolean
  /** PeerIds that lost their access although their capabilities have not expired yet; at most 64. */
  readonly revoked: readonly PeerId[]
}

export interface SignedHead {
  readonly head: Head
  /** The encoded head with its signature, as sent and stored. */
  readonly bytes: Uint8Array
}

/**
 * A statement that a peer may read or change a share for a short time, signed by the share's key or by
 * a deputy's. Codec and checks: access/capability.ts.
 */
export interface Capability {
  readonly share: ShareId
  readonly scope: Scope
  readonly audience: PeerId
  readonly notBeforeMs: number
  readonly expiresMs: number
  readonly generation: number
  /** 16 random bytes. */
  readonly id: Uint8Array
}

/** What an invite link carries; codec: invite.ts. A link never carries a password. */
export interface Invite {
  readonly share: ShareId
  readonly owner: PeerId
  /** Where the owner, or whoever made the link, can be reached; may be empty: the PeerId is enough for a DHT. */
  readonly addresses: readonly Address[]
  /** Only for the rule `link`: 16 bytes that prove that the asker has the link. */
  readonly secret: Uint8Array | undefined
  /** What the sender calls the share; untrusted text made safe for display. */
  readonly name: string
}

/** Settings of a share of this node. */
export interface ShareSettings {
  /** Unique on this node; canonical (content/names.ts). */
  readonly name: Name
  readonly read: ReadRule
  readonly change: ChangeRule
}

export interface SharePasswords {
  readonly read?: string
  readonly change?: string
}

/** A share of this node: the folder, its newest head, its access. Opened by Shares. */
export interface OwnShare {
  readonly id: ShareId
  readonly settings: ShareSettings
  readonly folder: Folder
  /** Undefined until the first tree is there. */
  head(): SignedHead | undefined
  readonly headChanged: Topic<SignedHead>
  /**
   * A head of all that the folder's index holds now: the newest one, or a new one made at once. What was
   * edited before the call is in it. While an index that readers have seen whole is made anew, it waits
   * for that to be through.
   */
  headNow(): Promise<SignedHead>
  readonly access: Access
  readonly reader: ShareReader
  readonly editor: ShareEditor
  state(): ShareState
  /** An invite link, with this node's addresses. */
  link(): string
}

/** What the share is doing or, in words for people, what is wrong with it. `folder-gone`: it can't be used, for whatever reason. */
export type ShareState =
  | { readonly kind: 'indexing'; readonly progress: ScanProgress }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'paused'
      readonly reason: 'folder-gone' | 'mass-disappearance'
      readonly detail: string
    }

/** The shares of this node. Opened by open-shares.ts; survives restarts; each share watches its folder. */
export interface Shares extends AsyncDisposable {
  all(): readonly OwnShare[]
  byId(id: ShareId): OwnShare | undefined
  byName(name: string): OwnShare | undefined
  /** Shares a folder. Rejects with ShareExistsError if it, or the name, is shared already. */
  add(folder: string, settings: NewShare): Promise<OwnShare>
  /**
   * Changes name, rules or passwords. A changed rule or password raises that scope's generation, and so
   * does giving the rule `link` again: it makes a new link.
   */
  change(id: ShareId, change: ShareChange): Promise<OwnShare>
  /** Stops sharing. The folder stays as it is. */
  remove(id: ShareId): Promise<void>
  readonly changed: Topic<ShareId>
  readonly log: ActivityLog
}

export interface NewShare {
  /** By default the folder's name. */
  readonly name?: string
  readonly read: ReadRule
  readonly change: ChangeRule
  readonly passwords: SharePasswords
}

export interface ShareChange extends Partial<Omit<NewShare, 'passwords'>> {
  readonly passwords?: SharePasswords
  /**
   * Shut out one peer for good: its grants go, its capabilities are void from the next head on. At most 64
   * at a time; RevocationsFullError. It can come back under another PeerId, if it knows a password or link.
   */
  readonly revoke?: PeerId
  /** Undo that. */
  readonly admit?: PeerId
  /** Agree that vanished files are gone (MassDisappearanceError). */
  readonly acceptLosses?: boolean
}

/** Reads a share: what a peer with the scope `read` gets. It has no way to write. */
export interface ShareReader {
  readonly scope: 'read'
  /** Throws MissingError while there is none. */
  head(): SignedHead
  entry(path: SharePath): Promise<Entry | undefined>
  list(path: SharePath, after: Name | undefined, limit: number): Promise<Entry[]>
}

/** Changes a share: what a peer with the scope `change` gets, and what the owner's own commands use. */
export interface ShareEditor {
  readonly scope: 'change'
  stage: Folder['writer']['stage']
  /** Installs what was staged at `path`; in the log under `who`. */
  put(change: PutChange, stage: Stage, signal: AbortSignal): Promise<Installed>
  makeDirectory(path: SharePath, who: Actor, signal: AbortSignal): Promise<void>
  move(from: SharePath, to: SharePath, who: Actor, signal: AbortSignal): Promise<void>
  remove(path: SharePath, base: Base, who: Actor, signal: AbortSignal): Promise<void>
  restore(
    id: string,
    to: SharePath | undefined,
    who: Actor,
    signal: AbortSignal,
  ): Promise<Installed>
}

export interface PutChange {
  readonly path: SharePath
  readonly attributes: FileAttributes
  readonly base: Base
  readonly who: Actor
}

/** Who did something: a peer, or the owner at this computer. */
export type Actor = PeerId | 'owner'

/** Decides who may do what on one share. Opened by access/open-access.ts for its owner, by access/deputy-access.ts for holders of copies. */
export interface Access {
  /** Checks a capability that came with a question from `asker`. Throws CapabilityError, saying which check failed. */
  check(capability: Uint8Array, asker: PeerId, needed: Scope): Capability
  /** The first half of opening: what the asker shows. Rejects with WrongPasswordError, DeniedError or GuessLimitError. */
  open(asker: PeerId, proof: OpenProof): Promise<OpenAnswer>
  /** What a peer gets without showing anything: by a rule, or because it was granted before. */
  entitled(peer: PeerId): Scope | undefined
  /** Peers that hold a grant, for people to see. */
  grants(): Promise<readonly Grant[]>
}

export type OpenProof =
  /** For `everyone` and `contacts`, and for whoever was granted access before. */
  | { readonly kind: 'none' }
  /** The same, from who holds a copy and would admit readers while the owner is away (access/deputy.ts). */
  | { readonly kind: 'deputy' }
  /**
   * Asked of a deputy: the asker's last capability, which may have expired within the last week, shows that
   * the asker was let in before. The owner takes it for `none`: it knows whom it let in.
   */
  | { readonly kind: 'renewal'; readonly capability: Uint8Array }
  /** HMAC-SHA-256(secret, askerPeerId || answererPeerId || 'fullmesh link'), both ids as 32 bytes. */
  | { readonly kind: 'secret'; readonly proof: Uint8Array }
  /** OPAQUE's first message; the same for both scopes, since nobody but the password knows which it is. */
  | { readonly kind: 'password-start'; readonly request: Uint8Array }
  | {
      readonly kind: 'password-finish'
      readonly login: Uint8Array
      readonly scope: Scope
      readonly finish: Uint8Array
      readonly proof: Uint8Array
    }
  /** The asker could finish neither: counted as a wrong guess. Silence counts as well, from the start on. */
  | { readonly kind: 'password-failed'; readonly login: Uint8Array }

export type OpenAnswer =
  | {
      readonly kind: 'granted'
      readonly capability: Uint8Array
      readonly scope: Scope
      /** A commission (access/deputy.ts), only if asked for with `deputy`, and if there is a place for one. */
      readonly deputy: Uint8Array | undefined
    }
  | {
      readonly kind: 'password-response'
      readonly login: Uint8Array
      readonly responses: Readonly<Partial<Record<Scope, Uint8Array>>>
      /** From a deputy: its signed deputyship. Without one, nobody but the owner is told anything about a password. */
      readonly deputyship: Uint8Array | undefined
    }
  /** What it takes: shown to a person who has not given it. */
  | { readonly kind: 'needed'; readonly what: 'link' | 'password' | 'contact' }

export interface Grant {
  readonly peer: PeerId
  readonly scope: Scope
  readonly generation: number
  readonly by: ReadRule
  readonly sinceMs: number
}

/** Who did what, when: `share log`. Kept 90 days, at most 100,000 lines a share. */
export interface ActivityLog {
  add(activity: Omit<Activity, 'atMs'>): Promise<void>
  /** Newest first. */
  list(share: ShareId, limit: number): Promise<readonly Activity[]>
  readonly added: Topic<Activity>
}

export interface Activity {
  readonly share: ShareId
  readonly atMs: number
  readonly who: Actor
  readonly what:
    | 'opened'
    | 'refused'
    | 'read'
    | 'put'
    | 'made'
    | 'moved'
    | 'removed'
    | 'restored'
    | 'conflict'
    | 'setting'
  readonly path: SharePath | undefined
  /** For example the conflict copy's path, or the old one of a move. */
  readonly detail: string | undefined
}

/** What a copy holder needs to admit readers while the owner is away (access/deputy.ts). */
export interface Deputyship {
  readonly share: ShareId
  readonly deputy: PeerId
  readonly generation: number
  readonly expiresMs: number
  /** Wrong passwords a day that this deputy may let pass: part of the share's one budget. */
  readonly guessesPerDay: number
}
