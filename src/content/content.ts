/**
 * Content: bytes at rest. Folders on this disk, what is in them, and how bytes get in and out of them
 * verified and without loss.
 *
 * Job: content ids (SHA-256 merkle roots), the names parser, directory pages, the index of a folder,
 * scanning and watching it, reading pieces, and the write protocol with its journal, versions and trash.
 * Non-goals: who may do any of this (shares), where bytes come from (transfer), peers of any kind.
 *
 * This file holds the floor's nouns and ports; each is made by the `openX` or function named beside it.
 */
import type { Brand } from '../base/brand.ts'
import type { Topic } from '../base/topic.ts'

/** SHA-256 merkle root of a file as in BEP 52 (16 KiB leaves), 64 lower-case hex digits. Parser: content-id.ts. */
export type Root = Brand<string, 'Root'>

/** SHA-256 of an encoded directory page, 64 lower-case hex digits; that of a directory's top page is its tree. */
export type PageHash = Brand<string, 'PageHash'>

/** One canonical component of a path. Parser: names.ts. */
export type Name = Brand<string, 'Name'>

/** A path inside a share: canonical names joined by `/`; the empty string is the share itself. Parser: names.ts. */
export type SharePath = Brand<string, 'SharePath'>

/**
 * What names the bytes of a file. The root alone is ambiguous (leaves and inner nodes share one hash
 * domain), so the length always goes with it. The root of an empty file is 64 zeros.
 */
export interface ContentId {
  readonly root: Root
  readonly length: number
}

/** The unit that is hashed as a leaf and can be blamed. Source: BEP 52. */
export const blockBytes = 16 * 1024

/** The unit that is asked for, verified before it is written, and announced. 64 blocks. */
export const pieceBytes = 1024 * 1024

/** A directory's entry. `name` is unique in its directory, also when case and normalisation are ignored. */
export type Entry = FileEntry | DirectoryEntry

export interface FileEntry extends FileAttributes {
  readonly kind: 'file'
  readonly name: Name
  readonly content: ContentId
}

export interface FileAttributes {
  /** Milliseconds since the epoch, rounded to the nearest: every platform can keep that exactly. */
  readonly mtimeMs: number
  readonly executable: boolean
}

export interface DirectoryEntry {
  readonly kind: 'directory'
  readonly name: Name
  readonly summary: TreeSummary
}

/** A directory as its parent sees it: its tree and the totals of all that is below. */
export interface TreeSummary {
  readonly tree: PageHash
  readonly files: number
  readonly bytes: number
}

/**
 * One page of a directory. Entries are sorted by the bytes of their UTF-8 names and cut into pages at
 * places that depend on names alone, so that a change touches one page and those above it.
 * A leaf page holds entries; a fork page holds pages. Codec: tree/page.ts.
 */
export type Page =
  | { readonly kind: 'leaf'; readonly entries: readonly Entry[] }
  | { readonly kind: 'fork'; readonly pages: readonly PageReference[] }

export interface PageReference {
  /** The first name below: a reader finds a name without opening the pages before it. */
  readonly first: Name
  readonly hash: PageHash
  /** Entries of this directory below, not counting those in subdirectories. */
  readonly entries: number
  readonly files: number
  readonly bytes: number
}

/** Whatever can hand out encoded pages by their hash: an index, a peer, a cache. Returned bytes are verified. */
export interface PageSource {
  /** Rejects with MissingError when the page is not to be had (any more). */
  page(hash: PageHash, signal: AbortSignal): Promise<Uint8Array>
}

/** One difference on the way from one tree to another. Made by tree/diff.ts; equal subtrees are never opened. */
export type Difference =
  | { readonly kind: 'added'; readonly path: SharePath; readonly entry: Entry }
  | { readonly kind: 'removed'; readonly path: SharePath; readonly entry: Entry }
  | {
      readonly kind: 'changed'
      readonly path: SharePath
      readonly from: FileEntry
      readonly to: FileEntry
    }

/**
 * What this node knows of one folder: its entries with the file-system stamps that prove them fresh,
 * as pages, and the piece layers of its larger files. Rebuildable. Opened by index/folder-index.ts.
 */
export interface FolderIndex extends PageSource {
  /** The tree of all known entries. */
  summary(): Promise<TreeSummary>
  /** The entry at `path`, or undefined. The empty path has no entry of its own. */
  entry(path: SharePath): Promise<Entry | undefined>
  /** Entries of the directory at `path` in name order, after the name `after`, at most `limit` (<= 1,000). */
  list(path: SharePath, after: Name | undefined, limit: number): Promise<Entry[]>
  /** Keeps pages of another node's tree beside our own, so that we can serve them too. Bytes are verified. */
  keepPages(pages: readonly Uint8Array[]): Promise<void>
  /** Lets go, after some minutes, of kept pages that none of these trees has; does nothing while they are few. */
  keepOnly(trees: readonly PageHash[]): Promise<void>
  /** The hashes of the 1 MiB pieces of a file larger than one piece, 32 bytes each; undefined if unknown. */
  layer(content: ContentId): Promise<Uint8Array | undefined>
  /** Keeps a layer; rejects with CorruptError unless it leads to the root. */
  keepLayer(content: ContentId, layer: Uint8Array): Promise<void>
  /** A path at which this content stands, if any is known; for copying instead of fetching. */
  find(content: ContentId): Promise<SharePath | undefined>
}

/**
 * A folder on this disk. All access goes by SharePath and by descriptor, component by component, without
 * following links, so nothing outside is ever touched. Opened by folder/folder.ts.
 * `.fullmesh` in its root is the node's own place (stages, versions, trash, marker): never listed, never served.
 */
export interface Folder extends AsyncDisposable {
  /** Absolute, on this computer. */
  readonly path: string
  readonly index: FolderIndex
  readonly reader: FolderReader
  readonly writer: FolderWriter
  readonly bin: FolderBin
  /** A new tree, once per committed batch of index changes, whoever made them (a scan, an edit, a writer). */
  readonly changed: Topic<TreeSummary>
  /**
   * Brings the index up to date with the disk: all of it, or only below `paths`. Hashes what is new or
   * changed, in workers. The first scan publishes partial trees while it runs.
   * Rejects with FolderGoneError when the root or its marker is missing, and with
   * MassDisappearanceError (index untouched) when more than a quarter and more than 20 files, or more than
   * 1,000 files, have vanished since the last scan, unless `acceptLosses`.
   */
  scan(options: ScanOptions, signal: AbortSignal): Promise<ScanReport>
  /** Scans at notifications of the platform, and wholly every `rescanEveryMs`; disposing ends it. */
  watch(options: WatchOptions): Promise<AsyncDisposable>
  /**
   * Closes it, and leaves nothing of the node in it: `.fullmesh` goes, unless bytes lie there that are kept
   * for somebody, or somebody else in this node has the folder open. It is marked anew when it is opened again.
   */
  leave(): Promise<void>
}

export interface ScanOptions {
  readonly paths?: readonly SharePath[]
  readonly acceptLosses?: boolean
  readonly onProgress?: (progress: ScanProgress) => void
}

export interface ScanProgress {
  readonly files: number
  readonly bytes: number
  /** Bytes that had to be hashed so far. */
  readonly hashedBytes: number
}

export interface ScanReport extends ScanProgress {
  readonly summary: TreeSummary
  /** What is in the folder but not in the tree, at most 1,000: links, special files, refused names. */
  readonly left: readonly LeftOut[]
}

export interface LeftOut {
  /** Relative, as the disk has it: untrusted text, to be escaped when shown. */
  readonly diskPath: string
  readonly reason: 'link' | 'special' | 'name' | 'collision' | 'unreadable' | 'changing'
  /** For a person: what is wrong with it. */
  readonly detail: string
}

export interface WatchOptions {
  readonly rescanEveryMs: number
  readonly onError: (error: unknown) => void
}

/** Hands out bytes that were just hashed again: never wrong ones. */
export interface FolderReader {
  /**
   * Piece `index` of the file at `path`, verified. Rejects with ChangedError if the bytes there are not
   * (any more) those of `content`, with MissingError if there is no such file.
   */
  piece(
    path: SharePath,
    content: ContentId,
    index: number,
    signal: AbortSignal,
  ): Promise<Uint8Array>
  /** Whole files of at most one piece each, verified; undefined in the place of each that is missing or changed. */
  smallFiles(
    wanted: readonly { readonly path: SharePath; readonly content: ContentId }[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]>
  /** The leaf hashes of a piece (32 bytes each), for blaming the exact block. */
  leaves(
    path: SharePath,
    content: ContentId,
    index: number,
    signal: AbortSignal,
  ): Promise<Uint8Array>
}

/**
 * The one way in which bytes get into a folder. Each promise resolves only when what it says survives a
 * power cut: staged, verified, synced, installed, directories synced, journalled (docs/protocols/writing.md).
 * Nothing is ever overwritten: what is replaced goes to versions, what is removed to the trash, and what
 * stands in the way stays there while the new content becomes a conflict copy.
 */
export interface FolderWriter {
  /** A stage for `content`, or the unfinished one of an earlier run. Rejects with DiskFullError early. */
  stage(content: ContentId, signal: AbortSignal): Promise<Stage>
  /** Installs a complete stage; the stage is used up. */
  install(stage: Stage, target: Target, signal: AbortSignal): Promise<Installed>
  /** Stages and installs many files of at most one piece each, as one batch; results in the same order. */
  installSmall(
    files: readonly {
      readonly target: Target
      readonly content: ContentId
      readonly bytes: Uint8Array
    }[],
    signal: AbortSignal,
  ): Promise<(Installed | Error)[]>
  /** Installs content that already stands elsewhere in this folder, verified on the way. */
  duplicate(
    from: SharePath,
    content: ContentId,
    target: Target,
    signal: AbortSignal,
  ): Promise<Installed>
  /** Makes the directory and those above it; one that exists is fine. */
  makeDirectory(path: SharePath, signal: AbortSignal): Promise<void>
  /** Moves a file or directory; the target must be absent (ConflictError). */
  move(from: SharePath, to: SharePath, signal: AbortSignal): Promise<void>
  /** To the trash. A file whose content is not `base` is left alone (ConflictError). A directory goes whole. */
  remove(path: SharePath, base: Base, who: string, signal: AbortSignal): Promise<void>
}

/** Where content goes, as the writer believes the place to be. */
export interface Target {
  readonly path: SharePath
  readonly attributes: FileAttributes
  /** What the writer believes is there. If it is not, the content becomes a conflict copy beside it. */
  readonly base: Base
  /** Who wrote it, for versions and for a person: a petname or PeerId. */
  readonly who: string
}

export type Base = 'absent' | 'any' | ContentId

export interface Installed {
  /** Where it really is: `target.path`, or the conflict copy's path. */
  readonly path: SharePath
  readonly outcome: 'new' | 'replaced' | 'unchanged' | 'conflict'
}

/** Content on its way in. Pieces are verified before they are written; progress survives a crash. */
export interface Stage {
  readonly content: ContentId
  /** Piece indexes already here. */
  readonly have: ReadonlySet<number>
  readonly pieces: number
  /**
   * Gives the piece layer, needed before the first piece of a file larger than one piece.
   * Rejects with CorruptError if it does not lead to the root.
   */
  acceptLayer(layer: Uint8Array): Promise<void>
  readonly hasLayer: boolean
  /** Verifies and writes. Rejects with CorruptError if the bytes are wrong; they are then not written. */
  write(index: number, bytes: Uint8Array, signal: AbortSignal): Promise<void>
  /** A verified piece of the unfinished content, for serving it in turn; MissingError if not here yet. */
  read(index: number, signal: AbortSignal): Promise<Uint8Array>
  /** Lets go of it; what is here stays for the next run. */
  close(): Promise<void>
  /** Removes it for good. */
  discard(): Promise<void>
}

/** What changes replaced and removed, and the way back. */
export interface FolderBin {
  /** Newest first; `path` limits it to one file or the files below a directory. */
  list(kind: BinKind, path: SharePath): Promise<BinItem[]>
  /**
   * Brings an item back to where it was, or to `to`. What stands there becomes a version.
   * Rejects with MissingError for an unknown id.
   */
  restore(
    id: string,
    to: SharePath | undefined,
    who: string,
    signal: AbortSignal,
  ): Promise<Installed>
  /** Removes items older than `beforeMs` (epoch) for good and tells how many bytes that freed. */
  purge(beforeMs: number): Promise<{ readonly items: number; readonly bytes: number }>
}

export type BinKind = 'version' | 'trash'

export interface BinItem {
  readonly id: string
  readonly kind: BinKind
  readonly path: SharePath
  /** Of a removed directory: the total of its files. */
  readonly bytes: number
  readonly atMs: number
  readonly who: string
}
