import { openIndexService } from '../../src/content/index/index-service.ts'
import { hurriedClock } from './hurried-clock.ts'

/**
 * A process of its own that scans the folder and keeps the index that its arguments name, commits after
 * each file, and writes a line for each commit: for tests that kill it.
 */
const [folder = '', database = ''] = process.argv.slice(2)
const service = openIndexService({ folder, database, markId: 'mark', nowMs: 0 }, hurriedClock(), {
  changed: ({ files }) => process.stdout.write(`${files}\n`),
  progress: () => {},
})
await service.scan(0, { paths: undefined, acceptLosses: false, nowMs: Date.UTC(2100, 0, 1) })
await service.close()
