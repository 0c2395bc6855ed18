/**
 * Scanning: how the index of a folder learns what is on the disk.
 *
 * Job: comparing names and stamps (survey), refusing to believe in a mass disappearance, hashing what is
 * new or has changed and bringing it into the index in batches (take-in).
 * Non-goals: when to scan (watch), what the index makes of it (index), what the node itself writes.
 * It runs in the thread of the index, with calls to the disk that wait, and gives way every few milliseconds.
 */
import { pieceBytes } from '../content.ts'
import type { ScanReport, SharePath } from '../content.ts'
import { FolderGoneError, MassDisappearanceError } from '../errors.ts'
import { openPlace } from '../folder/open-place.ts'
import { UnreadableError } from '../folder/place-failure.ts'
import type { LocalIndex } from '../index/local-index.ts'
import { emptyTree } from '../tree/page.ts'
import type { ScanBatch } from './batch.ts'
import type { Findings } from './findings.ts'
import type { ScanJob } from './job.ts'
import { isMassDisappearance } from './losses.ts'
import type { RecentLosses } from './losses.ts'
import { checkMark } from './mark.ts'
import type { FolderMark } from './mark.ts'
import { countMoved } from './moved.ts'
import { survey } from './survey.ts'
import { takeIn, takeInAll } from './take-in.ts'
import type { ScanTally } from './tally.ts'
import type { Turns } from './turns.ts'

export interface ScanRequest {
  readonly paths: readonly SharePath[] | undefined
  readonly acceptLosses: boolean
  /** The wall's time. */
  readonly nowMs: number
}

/** The folder that is scanned, and where what is found goes. */
export interface ScanSite {
  /** The folder, absolute. */
  readonly root: string
  readonly mark: FolderMark
  readonly index: LocalIndex
  readonly losses: RecentLosses
  readonly batch: ScanBatch
  readonly turns: Turns
  readonly tally: ScanTally
}

/**
 * Brings the index up to date. Rejects with FolderGoneError, or with MassDisappearanceError (nothing is
 * changed then), or with InterruptedError when its turns were cancelled (what is committed stays).
 */
export async function scanFolder(site: ScanSite, request: ScanRequest): Promise<ScanReport> {
  try {
    return await scanThere(site, request)
  } catch (cause) {
    // Of the folder itself: what can't be read in it is left out.
    if (!(cause instanceof UnreadableError)) throw cause
    const advice = 'Nothing in it is taken for deleted meanwhile.'
    throw new FolderGoneError(`The folder ${site.root} can't be read (${cause.code}). ${advice}`, {
      cause,
    })
  }
}

async function scanThere(site: ScanSite, request: ScanRequest): Promise<ScanReport> {
  checkMark(site.root, site.mark)
  using place = openPlace(site.root)
  let room: Uint8Array | undefined
  const job: ScanJob = {
    ...site,
    place,
    room: () => (room ??= new Uint8Array(pieceBytes)),
    isPartial: request.paths !== undefined,
    nowMs: request.nowMs,
  }
  const knowsNothing = site.index.summary().tree === emptyTree.tree
  if (knowsNothing && !request.paths) await takeInAll(job)
  else {
    const findings = await survey(job, request.paths)
    if (findings.goneFiles > 0) await weighLosses(site, job, findings, request)
    await takeIn(job, findings)
  }
  return { ...site.tally.progress, summary: site.index.summary(), left: site.tally.left }
}

async function weighLosses(
  { root, mark, losses, index }: ScanSite,
  job: ScanJob,
  findings: Findings,
  { acceptLosses }: ScanRequest,
): Promise<void> {
  // A disk that went away while it was surveyed looks like an empty one.
  checkMark(root, mark)
  if (acceptLosses) return losses.forget()
  const [before, known] = [losses.recent, index.summary().files + losses.recent]
  if (!isMassDisappearance(before + findings.goneFiles, known))
    return losses.add(findings.goneFiles)
  const lost = findings.goneFiles - (await countMoved(job, findings))
  if (isMassDisappearance(before + lost, known)) {
    throw new MassDisappearanceError(before + lost, known)
  }
  losses.add(lost)
}
