import { lstatSync } from 'node:fs'
import { NodeError } from '../../../base/errors.ts'
import type { SharePath } from '../../../content/content.ts'
import { openPlace } from '../../../content/folder/open-place.ts'
import { parseSharePath } from '../../../content/names.ts'
import { diskPaths } from '../metainfo/disk-paths.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import { Bitfield } from '../missing/bitfield.ts'
import { stampText } from './open-handles.ts'
import { stagedPath } from './stored-file.ts'
import type { StoredFile, StoredPlaces } from './stored-file.ts'
import type { ResumeData } from './storing.ts'

/** What is known of the files at the start. */
export interface KnownFiles {
  readonly files: ReadonlyMap<number, StoredFile>
  readonly have: Bitfield
  /** Pieces that stand on the disk, perhaps, and have to be looked at. */
  readonly unexamined: ReadonlySet<number>
}

/**
 * Compares what is remembered with what stands on the disk: an installed file counts while it looks the same,
 * a staged one because nobody else writes there.
 */
export function knownFiles(
  layout: PieceLayout,
  places: StoredPlaces,
  resume: ResumeData | undefined,
): KnownFiles {
  const remembered = new Map(resume?.installed.map((installed) => [installed.file, installed]))
  const files = new Map<number, StoredFile>()
  const paths = diskPaths(layout.info)
  const have = resume
    ? Bitfield.parse(resume.have, layout.info.pieceCount)
    : new Bitfield(layout.info.pieceCount)
  const unexamined = new Set<number>()
  for (const file of layout.info.files) {
    const last = remembered.get(file.index)
    const path = last ? parseSharePath(last.path) : paths[file.index]
    if (path === undefined) continue
    const stamp = stampAt(places.destination, path, file.length)
    const isSame = last !== undefined && last.stamp === stamp
    const state = isSame ? 'installed' : stamp !== undefined ? 'found' : 'staged'
    files.set(file.index, {
      file,
      path,
      state,
      stamp: isSame ? stamp : undefined,
      missing: 0,
      isDirty: false,
    })
    const isKnown = isSame || (resume !== undefined && last === undefined && state === 'staged')
    if (isKnown || (state === 'staged' && !isThere(stagedPath(places, file)) && last === undefined))
      continue
    const { first, end } = layout.piecesOf(file)
    for (let piece = first; piece < end; piece++) {
      have.delete(piece)
      unexamined.add(piece)
    }
  }
  for (const stored of files.values()) stored.missing = missingOf(layout, stored, have)
  return { files, have, unexamined }
}

/** Pieces of a file that are not here. */
export function missingOf(layout: PieceLayout, { file }: StoredFile, have: Bitfield): number {
  const { first, end } = layout.piecesOf(file)
  let missing = 0
  for (let piece = first; piece < end; piece++) if (!have.has(piece)) missing++
  return missing
}

/** Undefined unless a plain file of this length stands there. */
function stampAt(root: string, path: SharePath, length: number): string | undefined {
  try {
    using place = openPlace(root)
    const stats = place.stat(path)
    return stats?.isFile() && stats.size === BigInt(length) ? stampText(stats) : undefined
  } catch (error) {
    if (error instanceof NodeError) return undefined
    throw error
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
