import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { MissingError } from '../../../base/errors.ts'
import { equalContent } from '../../content-id.ts'
import type { ContentId, SharePath } from '../../content.ts'
import { ChangedError, ConflictError } from '../../errors.ts'
import type { Stamps } from '../../index/index-writer.ts'
import { conflictName, joinPath, nameOf, parentOf } from '../../names.ts'
import { follow } from '../arcs.ts'
import { contentAt } from '../disk/content-at.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { link, place, renameToFree } from '../disk/link.ts'
import { putBackFrom } from '../disk/put-back.ts'
import { equalStamps, isSameFile, statsAt } from '../disk/stamps.ts'
import type { InstallItem } from '../journal/intent.ts'
import { hasAttributes, setAttributes } from './attributes.ts'
import { installArcs } from './install-arcs.ts'
import type { InstallEnd, InstallEvent, InstallPhase } from './install-arcs.ts'

/** What the index knows of a file, true for these stamps only. */
export interface Proven {
  readonly content: ContentId
  readonly stamps: Stamps
}

/** One file on its way to its place (install-arcs.ts), as far as it has come. */
export interface Installing {
  readonly item: InstallItem
  readonly proven: Proven | undefined
  phase: InstallPhase
  /** The target, or the conflict copy's name. */
  path: SharePath
  /** What stood at the target when it was last looked at. */
  seen: BigIntStats | undefined
  /** What is in versions because of this. */
  kept: readonly Kept[]
}

/**
 * `linked`: a second name of what stands in its place until that is replaced. `moved`: where there are no
 * second names. `found`: from before a crash.
 */
interface Kept {
  readonly id: string
  readonly how: 'linked' | 'moved' | 'found'
}

export function beginning(item: InstallItem, proven: Proven | undefined): Installing {
  return { item, proven, phase: 'looking', path: item.path, seen: undefined, kept: [] }
}

export function isInstalled(phase: InstallPhase): phase is InstallEnd {
  return phase === 'new' || phase === 'replaced' || phase === 'unchanged' || phase === 'conflict'
}

/** One step along the arcs. */
export function step(one: Installing, held: HeldDirectories): void {
  if (isInstalled(one.phase)) return
  one.phase = follow(installArcs, one.phase, deeds[one.phase](one, held))
}

/** After a failure: the second name goes, and what was moved away comes back if its place is still free. */
export function stepBack(one: Installing, held: HeldDirectories): void {
  one.kept = one.kept.filter(({ id, how }) => {
    if (how === 'linked') unlinkSync(held.own({ room: 'versions', id }))
    return how === 'found' || (how === 'moved' && !putBack(one, id, held))
  })
}

type Deed = (one: Installing, held: HeldDirectories) => InstallEvent

const deeds: Readonly<Record<Exclude<InstallPhase, InstallEnd>, Deed>> = {
  looking: look,
  adding: put,
  keeping: keep,
  replacing: replace,
  refilling: put,
  adjusting: adjust,
  yielding: putBeside,
}

function look(one: Installing, held: HeldDirectories): InstallEvent {
  const { item } = one
  const target = held.atMade(item.path)
  one.seen = statsAt(target)
  if (!one.seen) return 'nothing'
  if (!one.seen.isFile()) return 'other'
  const there = contentThere(one, target, one.seen)
  if (there && equalContent(there, item.content)) return 'same'
  if (item.base === 'any') return 'base'
  return there && item.base !== 'absent' && equalContent(there, item.base) ? 'base' : 'other'
}

/** Undefined if it is neither of the two contents that matter, which its length may tell. */
function contentThere(
  { item, proven }: Installing,
  target: string,
  seen: BigIntStats,
): ContentId | undefined {
  if (proven && equalStamps(proven.stamps, seen)) return proven.content
  const length = Number(seen.size)
  const matters =
    length === item.content.length || (typeof item.base === 'object' && length === item.base.length)
  return matters ? contentAt(target, seen) : undefined
}

function put(one: Installing, held: HeldDirectories): 'done' | 'taken' {
  const source = held.own(one.item.source)
  const placed = place(source, held.atNew(one.path))
  if (placed === 'taken') return 'taken'
  if (placed === 'nothing') throw vanished(one, source)
  held.changed(one.path)
  useUp(one, held)
  return 'done'
}

function keep(one: Installing, held: HeldDirectories): 'kept' | 'parted' | 'changed' {
  const id = nextVersionId(one)
  const version = held.own({ room: 'versions', id })
  const linked = link(held.at(one.path), version)
  if (linked === 'unable') return moveAway(one, held, id)
  if (linked === 'nothing') return 'changed'
  held.roomChanged('versions')
  const now = statsAt(version)
  const isSeen = now && one.seen && isSameFile(one.seen, now)
  if (linked === 'taken' && !isSeen) {
    one.kept = [...one.kept, { id, how: 'found' }]
    return 'changed'
  }
  one.kept = [...one.kept, { id, how: 'linked' }]
  if (!isSeen) return forgetLast(one, held)
  one.seen = now
  return 'kept'
}

/** The place is empty from here to the next deed: the price of file systems without second names. */
function moveAway(one: Installing, held: HeldDirectories, id: string): 'parted' | 'changed' {
  const version = held.own({ room: 'versions', id })
  if (renameToFree(held.at(one.path), version) !== 'done') return 'changed'
  held.changed(one.path)
  held.roomChanged('versions')
  const moved = statsAt(version)
  if (moved && one.seen && isSameFile(one.seen, moved)) {
    one.kept = [...one.kept, { id, how: 'moved' }]
    return 'parted'
  }
  if (!putBack(one, id, held)) one.kept = [...one.kept, { id, how: 'moved' }]
  return 'changed'
}

/** Between the last look and the rename someone may rename another file to here, which would be lost: Node has no renameat2. */
function replace(one: Installing, held: HeldDirectories): 'done' | 'changed' {
  const source = held.own(one.item.source)
  const target = held.at(one.path)
  const now = statsAt(target)
  if (!now || !one.seen || !equalStamps(one.seen, now)) return forgetLast(one, held)
  renameSync(source, target)
  held.changed(one.path)
  one.kept = one.kept.map(({ id }) => ({ id, how: 'found' }))
  useUp(one, held)
  return 'done'
}

function adjust(one: Installing, held: HeldDirectories): 'done' | 'changed' {
  const { item, seen } = one
  const file = openSync(
    held.at(item.path),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  )
  try {
    const now = fstatSync(file, { bigint: true })
    if (!seen || !equalStamps(seen, now)) return 'changed'
    if (!hasAttributes(now, item.attributes)) {
      setAttributes(file, item.attributes, now, 0)
      fsyncSync(file)
    }
  } finally {
    closeSync(file)
  }
  useUp(one, held)
  return 'done'
}

function putBeside(one: Installing, held: HeldDirectories): 'done' | 'same' | 'taken' {
  const name = conflictName(nameOf(one.path), one.item.content)
  if (name === nameOf(one.path)) {
    throw new ConflictError(
      `"${one.item.path}" is another file by now, and so is each conflict copy of that name. Move them away.`,
    )
  }
  one.path = joinPath(parentOf(one.path), name)
  if (put(one, held) === 'done') return 'done'
  const there = held.at(one.path)
  const stats = statsAt(there)
  if (!stats?.isFile() || Number(stats.size) !== one.item.content.length) return 'taken'
  const content = contentAt(there, stats)
  if (!content || !equalContent(content, one.item.content)) return 'taken'
  useUp(one, held)
  return 'same'
}

function nextVersionId({ item, kept }: Installing): string {
  return kept.length === 0 ? item.versionId : `${item.versionId}.${kept.length}`
}

/** The file has its own name still, or lost it by somebody else's deed: the second name was never needed. */
function forgetLast(one: Installing, held: HeldDirectories): 'changed' {
  const last = one.kept.at(-1)
  if (last) unlinkSync(held.own({ room: 'versions', id: last.id }))
  one.kept = one.kept.slice(0, -1)
  return 'changed'
}

function putBack(one: Installing, id: string, held: HeldDirectories): boolean {
  return putBackFrom({ room: 'versions', id }, one.item.path, held) === 'done'
}

function useUp({ item }: Installing, held: HeldDirectories): void {
  const source = held.own(item.source)
  if (!statsAt(source)) return
  // The new name has to be on the disk before the last other one goes. What was not whole can be had again.
  if (item.whole) held.sync()
  unlinkSync(source)
  // A used stage that comes back after a power cut is swept away; an item of the bin would be there twice.
  if (item.source.room !== 'stage') held.roomChanged(item.source.room)
}

function vanished({ item }: Installing, source: string): Error {
  return statsAt(source)
    ? new ChangedError(`The folder of "${item.path}" was removed just now. Try again.`)
    : new MissingError(`What was to become "${item.path}" is not staged (any more).`)
}
