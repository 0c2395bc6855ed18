import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { FolderGoneError } from '../errors.ts'

/**
 * What tells the folder from what is left in its place when its disk is gone: an empty mount point, or
 * another disk. A marker file in the node's own place; where nothing can be written, the folder's
 * device and inode, which other disks share with little likelihood.
 */
export type FolderMark =
  /** `isOurs` if this node has put the marker there: nobody else counts on it. */
  | { readonly kind: 'marker'; readonly id: string; readonly isOurs: boolean }
  | { readonly kind: 'inode'; readonly device: string; readonly inode: string }

/**
 * Marks the folder, or takes the marker that it bears from before. `newId` is random text.
 * Throws FolderGoneError when there is no folder.
 */
export function markFolder(root: string, newId: string): FolderMark {
  assertDirectory(root)
  const known = readMarker(root)
  if (known !== undefined) return { kind: 'marker', id: known, isOurs: false }
  try {
    mkdirSync(ownPlace(root), { recursive: true, mode: 0o700 })
    const file = openSync(markerPath(root), 'wx', 0o600)
    try {
      writeSync(file, `${newId}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return { kind: 'marker', id: newId, isOurs: true }
  } catch (error) {
    if (!isReadOnly(error)) throw error
    const { dev, ino } = statSync(root, { bigint: true })
    return { kind: 'inode', device: String(dev), inode: String(ino) }
  }
}

/** Throws FolderGoneError unless the folder is there and is the one that was marked. */
export function checkMark(root: string, mark: FolderMark): void {
  assertDirectory(root)
  if (mark.kind === 'marker') {
    if (readMarker(root) === mark.id) return
    throw new FolderGoneError(
      `The folder ${root} is not the one that was shared: its marker .fullmesh/marker is missing. ` +
        'If its disk is not mounted, mount it; nothing is taken for deleted meanwhile.',
    )
  }
  const { dev, ino } = statSync(root, { bigint: true })
  if (String(dev) === mark.device && String(ino) === mark.inode) return
  throw new FolderGoneError(
    `Another folder stands at ${root} than the one that was shared. If its disk is not mounted, mount it.`,
  )
}

export function encodeMark(mark: FolderMark): string {
  return JSON.stringify(mark)
}

/** Reads what the index kept; undefined if that is nothing, or of another form. */
export function parseMark(text: string | undefined): FolderMark | undefined {
  if (text === undefined) return undefined
  const mark: unknown = JSON.parse(text)
  if (typeof mark !== 'object' || mark === null) return undefined
  if ('id' in mark && typeof mark.id === 'string') {
    return { kind: 'marker', id: mark.id, isOurs: 'isOurs' in mark && mark.isOurs === true }
  }
  if (!('device' in mark && 'inode' in mark)) return undefined
  return { kind: 'inode', device: String(mark.device), inode: String(mark.inode) }
}

function assertDirectory(root: string): void {
  // The folder itself may be reached by links: which one is shared is its owner's choice.
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory()) return
  throw new FolderGoneError(
    `The folder ${root} is not there. If its disk is not mounted, mount it; nothing is taken for deleted meanwhile.`,
  )
}

function readMarker(root: string): string | undefined {
  if (!lstatSync(ownPlace(root), { throwIfNoEntry: false })?.isDirectory()) return undefined
  if (!lstatSync(markerPath(root), { throwIfNoEntry: false })?.isFile()) return undefined
  return readFileSync(markerPath(root), 'utf8').trim()
}

function ownPlace(root: string): string {
  return join(root, '.fullmesh')
}

function markerPath(root: string): string {
  return join(ownPlace(root), markerName)
}

/** In the node's own place. */
export const markerName = 'marker'

function isReadOnly(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM')
  )
}
