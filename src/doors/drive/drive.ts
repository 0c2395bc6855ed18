/**
 * The drive: all shares that are open here, own ones and other nodes', as one disk that file managers,
 * editors and tools mount (WebDAV, RFC 4918, class 1, 2 and 3).
 *
 * Job: HTTP on the loopback interface with a password, one method a file (methods/), who may come in (http/),
 * a share as files in the drive (files/), locks (locks/) and properties (properties/) that survive a restart.
 * Non-goals: deciding who may do what on a share (shares), moving bytes (transfer), mounting: the system does
 * that, and contract/mount-ways.ts says how.
 *
 * This file holds the door's nouns and ports.
 */
import type { Surroundings } from '../../base/base.ts'
import type { ContentId, FileAttributes, SharePath } from '../../content/content.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { Scope, ShareId, Shares } from '../../shares/shares.ts'
import type { LocalFiles } from '../../transfer/changes/changes.ts'
import type { RemoteShares } from '../../transfer/transfer.ts'
import type { DriveWorld } from './files/drive-world.ts'
import type { Stages } from './files/stages.ts'
import type { LockTable } from './locks/lock-table.ts'
import type { DeadProperties } from './properties/dead-properties.ts'

/** The floors below, as the drive sees them. Put together by node.ts. */
export interface DriveParts {
  readonly shares: Shares
  readonly remoteShares: RemoteShares
  readonly mesh: Pick<Mesh, 'book' | 'discovery'>
  readonly localFiles: LocalFiles
  readonly surroundings: Surroundings
  /** The drive's own folder on this disk; made if it is missing. */
  readonly folder: string
}

/** What each method works with. */
export interface DriveDesk {
  readonly world: DriveWorld
  readonly locks: LockTable
  readonly properties: DeadProperties
  readonly stages: Stages
  readonly surroundings: Surroundings
}

/** A share as the drive shows it: the same for own ones and other nodes'. Dispose it. */
export interface DriveShare extends AsyncDisposable {
  readonly id: ShareId
  /** The first two names of its addresses: whose it is, and what it is called. */
  readonly names: readonly [string, string]
  readonly scope: Scope
  /** What stands at `path`; undefined for nothing. The share itself is a directory. */
  item(path: SharePath, signal: AbortSignal): Promise<DriveItem | undefined>
  /** What stands in the directory at `path`, in no order. */
  items(path: SharePath, signal: AbortSignal): AsyncIterable<DriveItem>
  /** Verified bytes of the file. */
  read(
    file: FileItem,
    offset: number,
    length: number,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>
  /** What may still be written; undefined where nobody can tell. */
  availableBytes(): Promise<number | undefined>
  /** Throws ReadOnlyError unless `path`, and all that a change of it needs, may be written. */
  demandWritable(path: SharePath): void
  /** Brings a file of this computer to `path`; rejects with ConflictError if it is not what `before` was. */
  put(change: DrivePut, signal: AbortSignal): Promise<void>
  makeDirectory(path: SharePath, signal: AbortSignal): Promise<void>
  /** Inside this share; nothing may stand at `to`. */
  move(item: DriveItem, to: SharePath, signal: AbortSignal): Promise<void>
  /** To the owner's trash. */
  remove(item: DriveItem, signal: AbortSignal): Promise<void>
}

export type DriveItem = FileItem | DirectoryItem

export interface FileItem extends FileAttributes {
  readonly kind: 'file'
  readonly path: SharePath
  readonly bytes: number
  /** With its quotes; strong: made of the content alone. */
  readonly etag: string
  /** Undefined for a file that is private to this drive (files/private-files.ts). */
  readonly content: ContentId | undefined
}

export interface DirectoryItem {
  readonly kind: 'directory'
  readonly path: SharePath
  /** Of all files below. */
  readonly bytes: number
}

export interface DrivePut {
  readonly path: SharePath
  /** On this disk; still the caller's afterwards. */
  readonly localFile: string
  readonly attributes: FileAttributes
  /** What stood there when the bytes began to come. */
  readonly before: FileItem | undefined
}
