import type { BinItem, Installed, SharePath } from '../../content.ts'
import type { IndexChange } from '../../index/index-writer.ts'
import { conflictName, joinPath, nameOf, parentOf } from '../../names.ts'
import { newOwnId } from '../disk/own-id.ts'
import type { InstallItem } from '../journal/intent.ts'
import type { Settlement } from '../journal/journal.ts'
import { underIntent } from '../journal/under-intent.ts'
import { decodeFailure } from '../thread/failure.ts'
import type { Sent } from '../thread/jobs.ts'
import type { WritingTools } from '../tools.ts'
import type { InstallJob, InstallResult } from './install-batch.ts'
import type { Proven } from './installing.ts'

/** A file that is to be put in its place, and what its source was. */
export interface Placement extends Omit<InstallItem, 'versionId'> {
  /** Staged on the way; without, the source is there. */
  readonly bytes?: Uint8Array
}

export interface Placed {
  readonly installed: Installed | undefined
  readonly failure: Error | undefined
  /** The source was thrown away, because the disk did not keep it. */
  readonly stageLost: boolean
}

/**
 * Steps 6 to 9 for a batch (docs/protocols/writing.md): intent, deeds, settlement, index. When it resolves
 * all that it says survives a power cut.
 */
export async function placeAll(
  placements: readonly Placement[],
  tools: WritingTools,
): Promise<Placed[]> {
  const jobs = await planned(placements, tools)
  using _ = tools.index.hold(jobs.flatMap(({ item }) => pathsTouched(item)))
  const outcomes = jobs.some(needsIntent)
    ? await underIntent({ kind: 'install', items: jobs.map(({ item }) => item) }, tools, () =>
        carryOut(jobs, tools),
      )
    : await carryOutFreely(jobs, tools)
  await tools.index.apply(outcomes.flatMap(indexChange))
  await rescanUncertain(outcomes, tools)
  return outcomes.map(({ result: { failure, installed, stageLost } }) => ({
    installed,
    failure: failure && decodeFailure(failure),
    stageLost,
  }))
}

interface Outcome {
  readonly job: InstallJob
  readonly result: Sent<InstallResult>
}

async function carryOut(
  jobs: readonly InstallJob[],
  { surroundings, thread }: WritingTools,
): Promise<{ readonly result: Outcome[]; readonly settlement: Settlement }> {
  const results = await thread.run('install', jobs)
  const outcomes = jobs.flatMap((job, at) => {
    const result = results[at]
    return result ? [{ job, result }] : []
  })
  return { result: outcomes, settlement: settlement(outcomes, surroundings.clock.now()) }
}

/** Nothing had been promised, and a link never clobbers: a crash leaves files that are whole, or none. */
async function carryOutFreely(
  jobs: readonly InstallJob[],
  tools: WritingTools,
): Promise<Outcome[]> {
  const done = await carryOut(jobs, tools)
  await tools.journal.settle(done.settlement)
  return done.result
}

/** With what the index knows of the files that may be replaced, so that they need not be hashed. */
async function planned(
  placements: readonly Placement[],
  tools: WritingTools,
): Promise<InstallJob[]> {
  const expecting = placements.filter(({ base }) => base !== 'absent')
  const provenByPath = await proven(
    expecting.map(({ path }) => path),
    tools,
  )
  return placements.map(({ bytes, ...rest }) => ({
    item: { ...rest, versionId: newOwnId(tools.surroundings.random) },
    proven: provenByPath.get(rest.path),
    bytes,
  }))
}

/** What the index knows for sure of the files that stand at these paths now. */
export async function proven(
  paths: readonly SharePath[],
  { index, thread }: Pick<WritingTools, 'index' | 'thread'>,
): Promise<Map<SharePath, Proven>> {
  const stamps = paths.length > 0 ? await thread.run('stamps', paths) : []
  const known = await Promise.all(
    paths.map(async (path, at): Promise<[SharePath, Proven][]> => {
      const there = stamps[at]
      const content = there && (await index.proven(path, there))
      return content ? [[path, { content, stamps: there }]] : []
    }),
  )
  return new Map(known.flat())
}

/** All but small new files. */
function needsIntent({ bytes, item }: InstallJob): boolean {
  return bytes === undefined || item.base !== 'absent'
}

/** Throws NameError for the share itself. */
function pathsTouched({ content, path }: InstallItem): SharePath[] {
  const name = conflictName(nameOf(path), content)
  try {
    return [path, joinPath(parentOf(path), name)]
  } catch {
    return [path]
  }
}

function settlement(outcomes: readonly Outcome[], atMs: number): Settlement {
  const used = outcomes.filter(({ result }) => result.installed ?? result.stageLost)
  const sources = used.filter(({ job }) => !job.bytes).map(({ job }) => job.item.source)
  return {
    usedStages: sources.filter(({ room }) => room === 'stage').map(({ id }) => id),
    leftBin: sources.filter(({ room }) => room !== 'stage').map(({ id }) => id),
    newInBin: outcomes.flatMap(({ job: { item }, result }) =>
      result.versions.map(({ id, bytes }): BinItem => {
        const { path, who } = item
        return { id, kind: 'version', path, bytes, atMs, who }
      }),
    ),
  }
}

function indexChange({ job: { item }, result }: Outcome): IndexChange[] {
  const { installed, stamps } = result
  if (!installed || !stamps) return []
  const { attributes, content } = item
  return [{ kind: 'put', path: installed.path, content, attributes, stamps }]
}

/** Where somebody was at work at the same time. */
async function rescanUncertain(outcomes: readonly Outcome[], tools: WritingTools): Promise<void> {
  const uncertain = outcomes.flatMap(({ result: { installed, stamps } }) =>
    installed && !stamps ? [installed.path] : [],
  )
  if (uncertain.length > 0) await tools.rescan(uncertain)
}
