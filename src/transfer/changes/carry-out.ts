import type { Surroundings } from '../../base/base.ts'
import { errorKind } from '../../base/errors.ts'
import type { SharePath, Stage } from '../../content/content.ts'
import { sharePathOfRoot } from '../../content/names.ts'
import type { Link } from '../../mesh/mesh.ts'
import { DeniedError } from '../../shares/errors.ts'
import type { OwnShare } from '../../shares/shares.ts'
import type { ChangeResult } from '../transfer.ts'
import type { Change } from '../wire/change.ts'
import { OfferSource } from './offer-source.ts'
import { pullOffer } from './pull-offer.ts'

/** What a change has come to, before it stands in a head. */
export type Made = Omit<ChangeResult, 'sequence'>

export interface CarryOutParts {
  readonly share: OwnShare
  readonly link: Link
  /** It was begun before: what looks like a hindrance may be its own doing. */
  readonly isRepeated: boolean
  readonly surroundings: Surroundings
  readonly onProgress: (bytes: number) => void
  /** The writer has gone: ends the pulling. */
  readonly gone: AbortSignal
  /** This node closes. What is being installed goes on to its end when only the writer has gone. */
  readonly closing: AbortSignal
}

/** Does what a change says to the folder. Durable when it resolves. */
export async function carryOut(change: Change, parts: CarryOutParts): Promise<Made> {
  const { share, closing } = parts
  const { writer, path } = change
  const { editor } = share
  switch (change.what) {
    case 'put':
      return put(change, parts)
    case 'make':
      return makeDirectory(path, change, parts)
    case 'move': {
      const { to } = change
      if (parts.isRepeated && (await isMoved(share, path, to))) return { path: to, outcome: 'done' }
      checkStillAllowed(change, share)
      await editor.move(path, to, writer, closing)
      return { path: to, outcome: 'done' }
    }
    case 'remove': {
      if (parts.isRepeated && !(await share.folder.index.entry(path))) {
        return { path, outcome: 'done' }
      }
      checkStillAllowed(change, share)
      await editor.remove(path, change.base, writer, closing)
      return { path, outcome: 'done' }
    }
    case 'restore':
      checkStillAllowed(change, share)
      return restore(change, parts)
  }
}

async function restore(
  { path, item, writer }: Extract<Change, { what: 'restore' }>,
  { share, isRepeated, closing }: CarryOutParts,
): Promise<Made> {
  if (isRepeated && !(await isInBin(share, item)) && (await share.folder.index.entry(path))) {
    return { path, outcome: 'done' }
  }
  const restored = await share.editor.restore(item, path, writer, closing)
  return { path: restored.path, outcome: outcomeOf(restored.outcome) }
}

async function isInBin({ folder }: OwnShare, item: string): Promise<boolean> {
  const kinds = ['version', 'trash'] as const
  const items = await Promise.all(kinds.map((kind) => folder.bin.list(kind, sharePathOfRoot)))
  return items.flat().some(({ id }) => id === item)
}

async function put(change: Extract<Change, { what: 'put' }>, parts: CarryOutParts): Promise<Made> {
  const { share, surroundings, closing } = parts
  const { path, content, attributes, base, writer } = change
  const stage = await share.editor.stage(content, closing)
  try {
    await fill(stage, change, parts)
    checkStillAllowed(change, share)
  } catch (error) {
    // What came is verified and serves the next attempt, unless there is no hope of one.
    if (errorKind(error) === 'corrupt' || errorKind(error) === 'denied') await stage.discard()
    else await stage.close()
    throw error
  }
  surroundings.log.debug('a change is installed', { share: share.id, writer })
  const target = { path, attributes, base, who: writer }
  const installed = await share.editor.put(target, stage, closing)
  return { path: installed.path, outcome: outcomeOf(installed.outcome) }
}

async function fill(
  stage: Stage,
  change: Extract<Change, { what: 'put' }>,
  { link, surroundings, onProgress, gone, closing }: CarryOutParts,
): Promise<void> {
  const { path, id, content } = change
  const writer = new OfferSource(link, surroundings.clock, id, content)
  const signal = AbortSignal.any([gone, closing])
  await pullOffer({ path, stage, writer, surroundings, onProgress }, signal)
}

async function makeDirectory(
  path: SharePath,
  change: Change,
  { share, closing }: CarryOutParts,
): Promise<Made> {
  const entry = await share.folder.index.entry(path)
  if (entry?.kind === 'directory') return { path, outcome: 'unchanged' }
  checkStillAllowed(change, share)
  await share.editor.makeDirectory(path, change.writer, closing)
  return { path, outcome: 'done' }
}

async function isMoved({ folder }: OwnShare, from: SharePath, to: SharePath): Promise<boolean> {
  return !(await folder.index.entry(from)) && (await folder.index.entry(to)) !== undefined
}

/** Pulling may have taken hours, in which the owner has thought better of it. */
function checkStillAllowed({ writer }: Change, { access }: OwnShare): void {
  if (access.entitled(writer) === 'change') return
  throw new DeniedError('You may not change this share any more. Ask its owner.')
}

function outcomeOf(outcome: 'new' | 'replaced' | 'unchanged' | 'conflict'): Made['outcome'] {
  return outcome === 'new' || outcome === 'replaced' ? 'done' : outcome
}
