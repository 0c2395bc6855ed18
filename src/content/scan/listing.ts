import { lstatSync } from 'node:fs'
import type { Stats } from 'node:fs'
import type { LeftOut, SharePath } from '../content.ts'
import { placeFailure } from '../folder/place-failure.ts'
import type { PlaceDirectory } from '../folder/place.ts'
import { directoryStamp, packStamps, stampOf, unknownStamp } from '../index/stamp.ts'
import type { Stamp } from '../index/stamp.ts'

/** One name of a directory as the disk has it: untrusted text, not yet a Name. */
export interface Listed {
  readonly disk: string
  readonly kind: 'file' | 'directory'
  readonly stamp: Stamp
}

/** What stands in a directory. */
export interface Listing {
  readonly listed: readonly Listed[]
  readonly left: readonly LeftOut[]
}

/**
 * Looks at these names of a directory, by default at all, in the order of their code units. What vanishes
 * meanwhile is not in it. Throws UnreadableError.
 */
export function listDirectory(
  directory: PlaceDirectory,
  path: SharePath,
  names: readonly string[] = directory.list().map(({ name }) => name),
): Listing {
  const listed: Listed[] = []
  const left: LeftOut[] = []
  for (const disk of names.toSorted()) {
    if (path === '' && disk === ownPlace) continue
    const stats = statsOf(directory, disk, path)
    const kind = stats && kindOf(stats)
    if (kind) listed.push({ disk, kind, stamp: stampOfKind(kind, stats) })
    else if (stats) left.push({ diskPath: diskPathOf(path, disk), ...reasonOf(stats) })
    else if (disk.includes(unreadableBytes)) left.push(leftForBytes(diskPathOf(path, disk)))
  }
  return { listed, left }
}

/**
 * Likewise, but of files without their stamps, which whoever opens them has anyhow: for a directory that
 * nothing is known of.
 */
export function glanceAt(directory: PlaceDirectory, path: SharePath): Listing {
  const entries = directory.list()
  const files = entries.filter((entry) => entry.isFile())
  const others = entries.filter((entry) => !entry.isFile()).map(({ name }) => name)
  const { left, listed } = listDirectory(directory, path, others)
  const glanced = files.map(
    ({ name }) => ({ disk: name, kind: 'file', stamp: unknownStamp }) as const,
  )
  return { listed: [...glanced, ...listed], left }
}

export function stampsOfAll(listed: readonly Listed[]): Uint8Array {
  return packStamps(listed.map(({ stamp }) => stamp))
}

/** Relative to the folder, as the disk spells the last name. */
export function diskPathOf(directory: SharePath, disk: string): string {
  return directory === '' ? disk : `${directory}/${disk}`
}

/** As numbers rather than bigint: a scan of a million files spends most of its time here. */
function statsOf(directory: PlaceDirectory, disk: string, path: SharePath): Stats | undefined {
  try {
    return lstatSync(directory.at(disk), absentIsFine)
  } catch (cause) {
    throw placeFailure(cause, diskPathOf(path, disk))
  }
}

const absentIsFine = { throwIfNoEntry: false } as const

function kindOf(stats: Stats): Listed['kind'] | undefined {
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'directory' : undefined
}

function stampOfKind(kind: Listed['kind'], stats: Stats): Stamp {
  return kind === 'file' ? stampOf(stats) : directoryStamp(stats.ino)
}

function reasonOf(stats: Stats): Pick<LeftOut, 'reason' | 'detail'> {
  if (!stats.isSymbolicLink()) {
    return { reason: 'special', detail: 'It is no file: a device, a pipe or a socket.' }
  }
  return {
    reason: 'link',
    detail: 'It is a link; what it leads to may lie outside of the folder. Share that instead.',
  }
}

function leftForBytes(diskPath: string): LeftOut {
  return { diskPath, reason: 'name', detail: 'Its name is not proper Unicode. Rename it.' }
}

/** Stands for the bytes of a name that are no UTF-8: under such a name nothing is found. */
const unreadableBytes = '\u{fffd}'

/** The node's own, in the root of the folder only. */
const ownPlace = '.fullmesh'
