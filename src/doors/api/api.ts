/**
 * The local API: the contract's operations, done.
 *
 * Job: HTTP on a unix socket that only this user can open, one operation a file, input checked by the
 * contract, errors with the status of their kind, work that ends when whoever asked has gone.
 * Non-goals: deciding who may do what on a share (shares), anything that two doors would do differently.
 *
 * For browsers the same routes stand behind a guard, on the loopback interface (`browser/`).
 *
 * This file holds the door's nouns and ports.
 */
import type { Surroundings } from '../../base/base.ts'
import type { TrafficTotal } from '../../base/meter.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { TorrentDesk } from '../../networks/bittorrent/session/session.ts'
import type { Shares } from '../../shares/shares.ts'
import type { LocalFiles } from '../../transfer/changes/changes.ts'
import type { OpenedShares } from '../../transfer/files/opened-shares.ts'
import type { Copies, RemoteShares } from '../../transfer/transfer.ts'
import type {
  OperationName,
  OperationsThatReply,
  OperationsThatTakeBytes,
} from '../contract/contract.ts'
import type { CheckedRequestOf, ReplyOf } from '../contract/schemas.ts'
import type { Browsers } from './browser/browsers.ts'
import type { SettingsFile } from './settings-file.ts'

/** The floors below, as the door sees them. Put together by node.ts. */
export interface Backend {
  readonly shares: Shares
  readonly mesh: Mesh
  readonly remoteShares: RemoteShares
  readonly copies: Copies
  readonly torrents: TorrentDesk
  /** What the user puts into shares. */
  readonly localFiles: LocalFiles
  readonly surroundings: Surroundings
  readonly node: NodeFacts
  readonly drive: DriveSwitch
}

/** The drive that other programs mount, as this door switches it. Made by drive/open-drive.ts. */
export interface DriveSwitch {
  /** Where it is and what opens it; undefined while it is off. */
  access(): DriveAccess | undefined
  turnOn(): Promise<DriveAccess>
  turnOff(): Promise<void>
}

export interface DriveAccess {
  readonly address: string
  readonly user: string
  readonly password: string
  /** Absolute; holds the password alone. */
  readonly passwordFile: string
}

/** What the node says of itself. */
export interface NodeFacts {
  readonly version: string
  /** What others see. */
  readonly name: string
  readonly sinceMs: number
  readonly stateFolder: string
  readonly discoveryOn: boolean
  readonly settings: SettingsFile
  traffic(): readonly TrafficTotal[]
  /** Ends the node, after the answer to whoever asked for it is out. */
  stop(): void
}

/** What each operation works with: the backend, and what the door itself holds. */
export interface Desk extends Backend {
  readonly opened: OpenedShares
  /** Undefined while the settings keep browsers out. */
  readonly browsers: Browsers | undefined
}

/** Does an operation. What it throws goes to the asker as a failure of the error's kind. */
export type Handler<Name extends OperationName> = (
  desk: Desk,
  request: CheckedRequestOf<Name>,
  signal: AbortSignal,
) => Promise<ReplyOf<Name>>

/** Does one whose reply comes in lines or events; what it throws after the first becomes the last line. */
export type StreamHandler<Name extends OperationsThatReply<'lines' | 'events'>> = (
  desk: Desk,
  request: CheckedRequestOf<Name>,
  signal: AbortSignal,
) => AsyncIterable<ReplyOf<Name>>

export type BytesHandler<Name extends OperationsThatReply<'bytes'>> = (
  desk: Desk,
  request: CheckedRequestOf<Name>,
  signal: AbortSignal,
) => Promise<ReadableFile>

/** Takes a file's bytes; `body` must be read to its end, or left. */
export type IntakeHandler<Name extends OperationsThatTakeBytes> = (
  desk: Desk,
  request: CheckedRequestOf<Name>,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
) => Promise<ReplyOf<Name>>

/** A file about to be read, whole or in part. */
export interface ReadableFile {
  readonly bytes: number
  readonly mtimeMs: number
  readonly etag: string
  /** May be called once; ends what was opened for it. */
  read(offset: number, length: number): AsyncIterable<Uint8Array>
}
