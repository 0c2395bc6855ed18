import type { SharePath } from '../../content.ts'
import type { Stamps } from '../../index/index-writer.ts'
import type { FolderMark } from '../../scan/mark.ts'
import type { RecentNames } from '../disk/known-names.ts'
import type { CopyJob } from '../install/copying.ts'
import type { InstallJob, InstallResult } from '../install/install-batch.ts'
import type { Intent, OwnFile } from '../journal/intent.ts'
import type { MoveEnd } from '../names/move-arcs.ts'
import type { MoveJob } from '../names/moving.ts'
import type { OwnItem } from '../names/own-items.ts'
import type { RemoveEnd } from '../names/remove-arcs.ts'
import type { RemoveJob } from '../names/removing.ts'
import type { Recovered } from '../recovery/recovering.ts'
import type { SweepJob, Swept } from '../recovery/sweeping.ts'
import type { Failure } from './failure.ts'

/** What the writing thread of a folder is started with. */
export interface ThreadData {
  readonly root: string
  readonly mark: FolderMark
  readonly umask: number
}

/** What its jobs know from each other. */
export interface JobSetting extends ThreadData {
  readonly recentNames: RecentNames
}

/**
 * What the writing thread does, by name: what it is asked and what it answers. Jobs run one after another,
 * so that what one has looked at no other of ours can change; only `copyIn`, which touches no shared
 * name, runs beside them. What a job did to names is on the disk when it answers.
 */
export interface Jobs {
  /** Stamps of the files that stand at these paths, for the index to say what they are. */
  stamps: { ask: readonly SharePath[]; answer: (Stamps | undefined)[] }
  install: { ask: readonly InstallJob[]; answer: Sent<InstallResult>[] }
  /** `bytes` of what is in the trash now. */
  remove: { ask: RemoveJob; answer: { readonly end: RemoveEnd; readonly bytes: number } }
  /** `stamps` of a moved file, `bytes` of what had to go to the trash. */
  move: {
    ask: MoveJob
    answer: { readonly end: MoveEnd; readonly bytes: number; readonly stamps: Stamps | undefined }
  }
  makeDirectory: { ask: SharePath; answer: void }
  openStage: { ask: StageOpening; answer: OpenedStage | undefined }
  copyIn: { ask: CopyJob; answer: void }
  inspect: { ask: OwnFile; answer: OwnItem | undefined }
  restoreDirectory: {
    ask: { readonly id: string; readonly path: SharePath }
    answer: 'done' | 'taken' | 'nothing'
  }
  discard: { ask: readonly OwnFile[]; answer: void }
  recover: { ask: Intent; answer: Sent<Recovered> }
  sweep: { ask: SweepJob; answer: Swept }
  /** Whether nothing of ours is left but the marker. */
  tidy: { ask: undefined; answer: boolean }
  unmark: { ask: undefined; answer: void }
}

export interface StageOpening {
  readonly id: string
  /** One that is not new has to be there, and at least so long, or nothing is opened. */
  readonly isNew: boolean
  readonly lengthMin: number
  /** What has to fit on the disk, with all that other stages still wait for. */
  readonly neededBytes: number
}

/** Open for reading and writing; whoever asked closes it. */
export interface OpenedStage {
  readonly file: number
}

/** With the error that it holds in a form that threads can exchange. */
export type Sent<Result extends { readonly failure: unknown }> = Omit<Result, 'failure'> & {
  readonly failure: Failure | undefined
}

/** Whoever does the jobs: a thread of their own. */
export interface JobRunner {
  /** Rejects with what the job threw. */
  run<Name extends JobName>(name: Name, ask: Jobs[Name]['ask']): Promise<Jobs[Name]['answer']>
}

export type JobName = keyof Jobs

export interface JobCall<Name extends JobName = JobName> {
  readonly id: number
  readonly name: Name
  readonly ask: Jobs[Name]['ask']
}

export interface JobReply {
  readonly id: number
  readonly answer?: Jobs[JobName]['answer']
  readonly failure?: Failure
}
