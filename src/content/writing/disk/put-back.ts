import { unlinkSync } from 'node:fs'
import type { SharePath } from '../../content.ts'
import type { OwnFile } from '../journal/intent.ts'
import type { HeldDirectories } from './held-directories.ts'
import { place, renameToFree } from './link.ts'
import { statsAt } from './stamps.ts'

/** Brings a file or directory from the node's own place back to `path`, unless something stands there by now. */
export function putBackFrom(
  item: OwnFile,
  path: SharePath,
  held: HeldDirectories,
): 'done' | 'taken' {
  const source = held.own(item)
  const isFile = statsAt(source)?.isFile() ?? false
  const put = isFile ? place(source, held.at(path)) : renameToFree(source, held.at(path))
  if (put === 'taken' || put === 'nothing') return 'taken'
  held.changed(path)
  held.roomChanged(item.room)
  if (put !== 'linked') return 'done'
  // The old name has to be on the disk before this one goes.
  held.sync()
  unlinkSync(source)
  held.roomChanged(item.room)
  return 'done'
}
