import { lstatSync } from 'node:fs'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { rooms } from '../journal/intent.ts'
import type { OwnFile, Room } from '../journal/intent.ts'
import { bytesOf, discard } from '../names/own-items.ts'

/** What the journal knows of the node's own place. */
export interface SweepJob {
  readonly known: Readonly<Record<Room, readonly string[]>>
  /** Ids that intents speak for; `<id>.1` and so on belong to `<id>`. */
  readonly spared: readonly string[]
  /** Stages that nobody knows go if they were last touched before this, in milliseconds since the epoch. */
  readonly orphansBeforeMs: number
}

/** Where the journal and the disk differ. */
export interface Swept {
  /** Known to the journal, but not there. */
  readonly gone: readonly OwnFile[]
  /** There, but not known: the journal is younger, as when the node's state was lost. */
  readonly found: readonly FoundItem[]
}

export interface FoundItem extends OwnFile {
  readonly bytes: number
  readonly atMs: number
}

/** Compares the rooms with the journal, and removes stages that nobody will ever come back for. */
export function sweep(job: SweepJob, held: HeldDirectories): Swept {
  const differences = rooms.map((room) => compare(room, job, held))
  const unknown = differences.flatMap(({ found }) => found)
  discard(
    unknown.filter(({ room, atMs }) => room === 'stage' && atMs < job.orphansBeforeMs),
    held,
  )
  return {
    gone: differences.flatMap(({ gone }) => gone),
    found: unknown.filter(({ room }) => room !== 'stage'),
  }
}

function compare(room: Room, job: SweepJob, held: HeldDirectories): Swept {
  const there = held.list(room)
  const [isThere, isKnown] = [new Set(there), new Set(job.known[room])]
  const strangers = there.filter((id) => !isKnown.has(id) && isOurs(id) && !isSpared(id, job))
  return {
    gone: job.known[room].filter((id) => !isThere.has(id)).map((id) => ({ room, id })),
    found: strangers.map((id) => describe({ room, id }, held)),
  }
}

function describe(item: OwnFile, held: HeldDirectories): FoundItem {
  const { ctimeMs } = lstatSync(held.own(item))
  return { ...item, bytes: bytesOf(item, held), atMs: Math.floor(ctimeMs) }
}

function isSpared(id: string, job: SweepJob): boolean {
  return job.spared.some((spared) => id === spared || id.startsWith(`${spared}.`))
}

function isOurs(id: string): boolean {
  return /^[a-z2-7]+(?:\.\d+)?$/.test(id)
}
