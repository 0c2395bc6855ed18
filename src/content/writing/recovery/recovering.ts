import { equalContent } from '../../content-id.ts'
import type { BinItem, SharePath } from '../../content.ts'
import { contentAt } from '../disk/content-at.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { statsAt } from '../disk/stamps.ts'
import { installBatch } from '../install/install-batch.ts'
import type {
  InstallIntent,
  InstallItem,
  Intent,
  MoveIntent,
  OwnFile,
  RemoveIntent,
} from '../journal/intent.ts'
import { resumeMove } from '../names/moving.ts'
import { bytesOf, discard } from '../names/own-items.ts'
import { resumeRemove } from '../names/removing.ts'

/** What became of an intent that a crash had interrupted. */
export interface Recovered {
  /** Paths at which something may be other than the index believes. */
  readonly touched: readonly SharePath[]
  /** What is in the bin because of it. */
  readonly inBin: readonly InBin[]
  /** What was installed, or has turned out not to be whole. */
  readonly used: readonly OwnFile[]
  /** What could not be finished now: the intent stays. */
  readonly failure: unknown
}

export type InBin = Pick<BinItem, 'id' | 'kind' | 'path' | 'bytes' | 'who'>

/** Finishes what had visibly begun, and installs what is whole; what had not begun is left undone. */
export async function recover(
  intent: Intent,
  held: HeldDirectories,
  umask: number,
): Promise<Recovered> {
  switch (intent.kind) {
    case 'install':
      return await recoverInstall(intent, held, umask)
    case 'move':
      return recoverMove(intent, held)
    case 'remove':
      return recoverRemove(intent, held)
  }
}

async function recoverInstall(
  { items }: InstallIntent,
  held: HeldDirectories,
  umask: number,
): Promise<Recovered> {
  const torn = items.filter((item) => isThere(item.source, held) && !isWhole(item, held))
  discard(
    torn.map(({ source }) => source),
    held,
  )
  // A source that is gone has been used up: its item had come to its end.
  const whole = items.filter(({ source }) => isThere(source, held))
  const results = await installBatch(
    whole.map((item) => ({ item })),
    held,
    umask,
  )
  return {
    touched: [
      ...items.map(({ path }) => path),
      ...results.flatMap(({ installed }) => (installed ? [installed.path] : [])),
    ],
    inBin: items.flatMap((item) => versionsOf(item, held)),
    used: items.map(({ source }) => source).filter((source) => !isThere(source, held)),
    failure: results.find(({ failure }) => failure !== undefined)?.failure,
  }
}

function recoverMove(intent: MoveIntent, held: HeldDirectories): Recovered {
  const { from, to, trashId } = intent
  const end = resumeMove(intent, held)
  held.sync()
  const inBin = end === 'kept' ? [inTrash(trashId, from, '', held)] : []
  return { touched: [from, to], inBin, used: [], failure: undefined }
}

function recoverRemove(intent: RemoveIntent, held: HeldDirectories): Recovered {
  const { path, trashId, who } = intent
  const isTaken = resumeRemove(intent, held)
  held.sync()
  const inBin = isTaken ? [inTrash(trashId, path, who, held)] : []
  return { touched: [path], inBin, used: [], failure: undefined }
}

function isThere(source: OwnFile, held: HeldDirectories): boolean {
  return statsAt(held.own(source)) !== undefined
}

function isWhole({ content, source, whole }: InstallItem, held: HeldDirectories): boolean {
  if (whole) return true
  const path = held.own(source)
  const stats = statsAt(path)
  const there = stats && contentAt(path, stats)
  return there !== undefined && equalContent(there, content)
}

function versionsOf({ path, versionId, who }: InstallItem, held: HeldDirectories): InBin[] {
  const found: InBin[] = []
  for (
    let id = versionId;
    isThere({ room: 'versions', id }, held);
    id = `${versionId}.${found.length}`
  ) {
    const bytes = bytesOf({ room: 'versions', id }, held)
    found.push({ id, kind: 'version', path, bytes, who })
  }
  return found
}

function inTrash(id: string, path: SharePath, who: string, held: HeldDirectories): InBin {
  return { id, kind: 'trash', path, bytes: bytesOf({ room: 'trash', id }, held), who }
}
