import type { Surroundings } from '../../base/base.ts'
import type { FolderIndex, SharePath } from '../content.ts'
import type { IndexWriter } from '../index/index-writer.ts'
import type { Journal } from './journal/journal.ts'
import type { JobRunner } from './thread/jobs.ts'

/** What the writer tells of its deeds. */
export type WritingIndex = IndexWriter & Pick<FolderIndex, 'keepLayer'>

export type WritingSurroundings = Pick<Surroundings, 'clock' | 'log' | 'random'>

/** What everything that changes a folder works with. */
export interface WritingTools {
  /** The folder's absolute path. */
  readonly root: string
  readonly journal: Journal
  readonly thread: JobRunner
  readonly index: WritingIndex
  /** Looks at the disk below these paths, because more may have changed there than the writer knows. */
  readonly rescan: (paths: readonly SharePath[]) => Promise<void>
  readonly surroundings: WritingSurroundings
}
