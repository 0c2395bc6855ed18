import { unlinkSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { SharePath } from '../../content.ts'
import { follow } from '../arcs.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { link, renameToFree } from '../disk/link.ts'
import { putBackFrom } from '../disk/put-back.ts'
import { isSameInode, statsAt } from '../disk/stamps.ts'
import { moveArcs } from './move-arcs.ts'
import type { MoveEnd, MoveEvent, MovePhase } from './move-arcs.ts'
import { takeToTrash } from './removing.ts'

/** A file or directory that is to get another name (move-arcs.ts). */
export interface MoveJob {
  readonly from: SharePath
  readonly to: SharePath
  readonly trashId: string
}

/** Walks the arcs to their end. What it did is on the disk only after `held.sync()`. */
export function move(job: MoveJob, held: HeldDirectories): MoveEnd {
  return walk({ job, seen: undefined }, 'looking', held)
}

/**
 * Goes on after a crash, from what the disk tells: a file with both names loses the first one, and what
 * is in the trash is checked. Undefined if nothing, or all of it, had been done.
 */
export function resumeMove(job: MoveJob, held: HeldDirectories): MoveEnd | undefined {
  const seen = held.stat(job.to)
  if (!seen?.isFile()) return undefined
  if (statsAt(held.own({ room: 'trash', id: job.trashId }))) {
    return walk({ job, seen }, 'checking', held)
  }
  const from = held.stat(job.from)
  return from && isSameInode(from, seen) ? walk({ job, seen }, 'parting', held) : undefined
}

interface Moving {
  readonly job: MoveJob
  seen: BigIntStats | undefined
}

type Deed = (one: Moving, held: HeldDirectories) => MoveEvent

function walk(one: Moving, start: MovePhase, held: HeldDirectories): MoveEnd {
  let phase = start
  while (!isMoved(phase)) phase = follow(moveArcs, phase, deeds[phase](one, held))
  return phase
}

const deeds: Readonly<Record<Exclude<MovePhase, MoveEnd>, Deed>> = {
  looking: look,
  linking: giveSecondName,
  parting: ({ job }, held) => (takeToTrash(job.from, job.trashId, held) ? 'done' : 'nothing'),
  checking: check,
  returning: ({ job }, held) => putBackFrom({ room: 'trash', id: job.trashId }, job.from, held),
  renaming: rename,
}

function isMoved(phase: MovePhase): phase is MoveEnd {
  return phase === 'moved' || phase === 'kept' || phase === 'missing' || phase === 'taken'
}

function look(one: Moving, held: HeldDirectories): MoveEvent {
  one.seen = statsAt(held.at(one.job.from))
  if (!one.seen) return 'nothing'
  return one.seen.isDirectory() ? 'directory' : 'file'
}

function giveSecondName({ job }: Moving, held: HeldDirectories): MoveEvent {
  const linked = link(held.at(job.from), held.atNew(job.to, job.from))
  if (linked === 'done') held.changed(job.to)
  return linked
}

function check({ job, seen }: Moving, held: HeldDirectories): MoveEvent {
  const item = held.own({ room: 'trash', id: job.trashId })
  const taken = statsAt(item)
  if (!taken || !seen || !isSameInode(taken, seen)) return 'changed'
  // The new name has to be on the disk before the last other one goes.
  held.sync()
  unlinkSync(item)
  held.roomChanged('trash')
  return 'base'
}

function rename({ job }: Moving, held: HeldDirectories): MoveEvent {
  const renamed = renameToFree(held.at(job.from), held.atNew(job.to, job.from))
  if (renamed === 'done') {
    held.changed(job.from)
    held.changed(job.to)
  }
  return renamed
}
