import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Clock } from '../../src/base/clock.ts'
import type {
  Entry,
  ScanOptions,
  ScanProgress,
  ScanReport,
  TreeSummary,
} from '../../src/content/content.ts'
import { openIndexService } from '../../src/content/index/index-service.ts'
import type { IndexService } from '../../src/content/index/index-service.ts'
import { parseSharePath } from '../../src/content/names.ts'
import { tempFolder } from './temp-folder.ts'

export interface ScannedFolder {
  /** Where the files are. */
  readonly path: string
  /** The file of the index. */
  readonly database: string
  readonly service: IndexService
  /** Trees that were told of. */
  readonly changes: readonly TreeSummary[]
  /** How far its scans said they were. */
  readonly progress: readonly ScanProgress[]
  /** As at `nowMs`, by default long after all files were written. */
  scan(options?: ScanOptions, nowMs?: number): Promise<ScanReport>
  entry(path: string): Entry | undefined
  /** All entries of a directory. */
  list(path: string): Entry[]
}

export interface ScannedFolders extends ScannedFolder, AsyncDisposable {
  /** The same folder under another index, or after a restart under the same; closed with this. */
  open(database: string): ScannedFolder
}

/** A real folder on this disk with its index, in this thread. By `clock` scans give way and commit. */
export async function scannedFolder(clock: Clock = systemClock): Promise<ScannedFolders> {
  await using stack = new AsyncDisposableStack()
  const { path: base } = stack.use(await tempFolder())
  await mkdir(join(base, 'shared'))
  const folder = openScanned(join(base, 'shared'), join(base, 'index.db'), clock, stack)
  const owned = stack.move()
  return {
    ...folder,
    open: (database) => openScanned(folder.path, database, clock, owned),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function openScanned(
  path: string,
  database: string,
  clock: Clock,
  stack: AsyncDisposableStack,
): ScannedFolder {
  const changes: TreeSummary[] = []
  const progress: ScanProgress[] = []
  const options = { folder: path, database, markId: 'mark', nowMs: laterMs }
  const service = openIndexService(options, clock, {
    changed: (summary) => changes.push(summary),
    progress: (_, one) => progress.push(one),
  })
  stack.defer(() => service.close())
  let scans = 0
  return {
    path,
    database,
    service,
    changes,
    progress,
    scan: ({ paths, acceptLosses = false } = {}, nowMs = laterMs) =>
      service.scan(scans++, { paths, acceptLosses, nowMs }),
    entry: (text) => service.entry(parseSharePath(text)),
    list: (text) => service.list(parseSharePath(text), undefined, Number.MAX_SAFE_INTEGER),
  }
}

/** Files of a test are written now, which is long ago by then. */
const laterMs = Date.UTC(2100, 0, 1)
