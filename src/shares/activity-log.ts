import type { Clock } from '../base/clock.ts'
import type { Database, Row } from '../base/database.ts'
import { Topic } from '../base/topic.ts'
import { parseSharePath } from '../content/names.ts'
import type { Activity, ActivityLog, Actor, ShareId } from './shares.ts'

/** Lines of a share: about 20 MB of database. */
const linesMax = 100_000
const keptMs = 90 * 24 * 60 * 60_000

/** How many lines go at a time when there are too many: making room for each one alone would cost more. */
const linesDropped = 1000

/** Opens what was done to the shares of this node. */
export async function openActivityLog(
  database: Database,
  clock: Clock,
  limits = { linesMax, linesDropped },
): Promise<ActivityLog> {
  const added = new Topic<Activity>()
  const counts = await database.all(
    'SELECT share, count(*) AS lines FROM activities GROUP BY share',
  )
  const linesByShare = new Map(counts.map((row) => [row['share'], Number(row['lines'])]))

  async function makeRoom(share: ShareId): Promise<void> {
    const [gone = 0, dropped = 0] = await database.write([
      {
        sql: 'DELETE FROM activities WHERE share = ? AND at_ms < ?',
        values: [share, clock.now() - keptMs],
      },
      { sql: dropOldest, values: [share, share, limits.linesDropped] },
    ])
    linesByShare.set(share, (linesByShare.get(share) ?? 0) - gone - dropped)
  }

  return {
    added,
    async add(line) {
      const activity = { ...line, atMs: clock.now() }
      const { share, atMs, who, what, path, detail } = activity
      const lines = linesByShare.get(share) ?? 0
      linesByShare.set(share, lines + 1)
      if (lines >= limits.linesMax) await makeRoom(share)
      const values = [share, atMs, who, what, path ?? null, detail ?? null]
      await database.write([{ sql: insert, values }])
      added.publish(activity)
    },
    async list(share, limit) {
      const lines = await database.all(newest, [share, clock.now() - keptMs, limit])
      return lines.map(activityOf)
    },
  }
}

const insert =
  'INSERT INTO activities (share, at_ms, who, what, path, detail) VALUES (?, ?, ?, ?, ?, ?)'
const newest = 'SELECT * FROM activities WHERE share = ? AND at_ms >= ? ORDER BY id DESC LIMIT ?'
const dropOldest =
  'DELETE FROM activities WHERE share = ? AND id IN (SELECT id FROM activities WHERE share = ? ORDER BY id LIMIT ?)'

function activityOf(row: Row): Activity {
  const { share, who, what, path, detail } = row
  return {
    share: String(share) as ShareId,
    atMs: Number(row['at_ms']),
    who: String(who) as Actor,
    what: String(what) as Activity['what'],
    path: path === null ? undefined : parseSharePath(String(path)),
    detail: detail === null ? undefined : String(detail),
  }
}
