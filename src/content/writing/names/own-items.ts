import { lstatSync, readdirSync, rmSync } from 'node:fs'
import type { BinItem, ContentId, FileAttributes, SharePath } from '../../content.ts'
import { ChangedError } from '../../errors.ts'
import { attributesOf } from '../../folder/place.ts'
import { contentAt } from '../disk/content-at.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { renameToFree } from '../disk/link.ts'
import { statsAt } from '../disk/stamps.ts'
import type { OwnFile } from '../journal/intent.ts'

/** What lies in a room of the node's own place. */
export type OwnItem =
  | { readonly kind: 'file'; readonly content: ContentId; readonly attributes: FileAttributes }
  | { readonly kind: 'directory' }

/** Where an item of the bin lies. */
export function ownFileOf({ id, kind }: Pick<BinItem, 'id' | 'kind'>): OwnFile {
  return { room: kind === 'version' ? 'versions' : 'trash', id }
}

/** Undefined if there is nothing (any more). Throws ChangedError if a program that has it open writes into it. */
export function inspect(item: OwnFile, held: HeldDirectories): OwnItem | undefined {
  const path = held.own(item)
  const stats = statsAt(path)
  if (!stats) return undefined
  if (stats.isDirectory()) return { kind: 'directory' }
  const content = contentAt(path, stats)
  if (!content)
    throw new ChangedError('A program still writes into this file. Close it, then restore.')
  return { kind: 'file', content, attributes: attributesOf(stats) }
}

/** A directory from the trash to where nothing stands. */
export function restoreDirectory(
  { id, path }: { readonly id: string; readonly path: SharePath },
  held: HeldDirectories,
): 'done' | 'taken' | 'nothing' {
  const renamed = renameToFree(held.own({ room: 'trash', id }), held.atNew(path))
  held.changed(path)
  held.roomChanged('trash')
  return renamed
}

/** Removes them for good, directories with all that is in them. */
export function discard(items: readonly OwnFile[], held: HeldDirectories): void {
  for (const item of items) {
    rmSync(held.own(item), { recursive: true, force: true })
    held.roomChanged(item.room)
  }
}

/** Of the file, or of all files below the directory. */
export function bytesOf(item: OwnFile, held: HeldDirectories): number {
  return bytesAt(held.own(item))
}

function bytesAt(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return stats?.isFile() ? stats.size : 0
  return readdirSync(path).reduce((sum, name) => sum + bytesAt(`${path}/${name}`), 0)
}
