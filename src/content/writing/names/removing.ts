import { unlinkSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { equalContent } from '../../content-id.ts'
import type { Base, SharePath } from '../../content.ts'
import { follow } from '../arcs.ts'
import { contentAt } from '../disk/content-at.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { renameToFree } from '../disk/link.ts'
import { putBackFrom } from '../disk/put-back.ts'
import { equalStamps, isSameFile, isSameInode, statsAt } from '../disk/stamps.ts'
import type { Proven } from '../install/installing.ts'
import { removeArcs } from './remove-arcs.ts'
import type { RemoveEnd, RemoveEvent, RemovePhase } from './remove-arcs.ts'

/** A file or directory that is to go into the trash (remove-arcs.ts). */
export interface RemoveJob {
  readonly path: SharePath
  readonly base: Base
  readonly trashId: string
  readonly proven?: Proven | undefined
}

/** Walks the arcs to their end. What it did is on the disk only after `held.sync()`. */
export function remove(job: RemoveJob, held: HeldDirectories): RemoveEnd {
  const one: Removing = { job, seen: undefined }
  let phase: RemovePhase = 'looking'
  while (!isRemoved(phase)) phase = follow(removeArcs, phase, deeds[phase](one, held))
  return phase
}

/** After a crash: whether it is in the trash. A file that was being put back loses its name there. */
export function resumeRemove(
  job: Pick<RemoveJob, 'path' | 'trashId'>,
  held: HeldDirectories,
): boolean {
  const item = held.own({ room: 'trash', id: job.trashId })
  const taken = statsAt(item)
  const there = held.stat(job.path)
  if (!taken || !there || !isSameInode(taken, there)) return taken !== undefined
  held.at(job.path)
  held.changed(job.path)
  held.sync()
  unlinkSync(item)
  held.roomChanged('trash')
  return false
}

interface Removing {
  readonly job: RemoveJob
  seen: BigIntStats | undefined
}

type Deed = (one: Removing, held: HeldDirectories) => RemoveEvent

const deeds: Readonly<Record<Exclude<RemovePhase, RemoveEnd>, Deed>> = {
  looking: look,
  taking: take,
  checking: check,
  returning: ({ job }, held) => putBackFrom({ room: 'trash', id: job.trashId }, job.path, held),
}

function isRemoved(phase: RemovePhase): phase is RemoveEnd {
  return phase === 'removed' || phase === 'missing' || phase === 'refused' || phase === 'kept'
}

function look(one: Removing, held: HeldDirectories): RemoveEvent {
  const { base, path, proven } = one.job
  const target = held.at(path)
  one.seen = statsAt(target)
  if (!one.seen) return 'nothing'
  if (one.seen.isDirectory()) return base === 'any' ? 'base' : 'other'
  if (!one.seen.isFile() || base === 'absent') return 'other'
  if (base === 'any') return 'base'
  const isProven = proven && equalStamps(proven.stamps, one.seen)
  const content = isProven ? proven.content : contentAt(target, one.seen)
  return content && equalContent(content, base) ? 'base' : 'other'
}

function take({ job }: Removing, held: HeldDirectories): RemoveEvent {
  return takeToTrash(job.path, job.trashId, held) ? 'done' : 'nothing'
}

function check({ job, seen }: Removing, held: HeldDirectories): RemoveEvent {
  const taken = statsAt(held.own({ room: 'trash', id: job.trashId }))
  if (!taken || !seen) return 'changed'
  const isIt = seen.isDirectory() ? taken.ino === seen.ino : isSameFile(seen, taken)
  return isIt ? 'base' : 'changed'
}

/** Whatever stands at `path`, in one step; false if nothing does. */
export function takeToTrash(path: SharePath, trashId: string, held: HeldDirectories): boolean {
  const moved = renameToFree(held.at(path), held.own({ room: 'trash', id: trashId }))
  if (moved === 'taken')
    throw new Error(`there is something in the trash under the new id ${trashId}`)
  held.changed(path)
  held.roomChanged('trash')
  return moved === 'done'
}
