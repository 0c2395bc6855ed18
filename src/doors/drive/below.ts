import type { SqlValue, Statement } from '../../base/database.ts'
import type { SharePath } from '../../content/content.ts'
import type { ShareId } from '../../shares/shares.ts'

/** Rows of `path` and of all below it. `0` is the character after `/`: a range of paths, which an index serves. */
export function belowPath(
  share: ShareId,
  path: SharePath,
): { readonly where: string; readonly values: readonly SqlValue[] } {
  if (path === '') return { where: 'share = ?', values: [share] }
  return {
    where: 'share = ? AND (path = ? OR (path > ? AND path < ?))',
    values: [share, path, `${path}/`, `${path}0`],
  }
}

/** The same rows, under their new paths. What was there before must be gone. */
export function movedPath(
  table: 'private_files' | 'properties',
  share: ShareId,
  from: SharePath,
  to: SharePath,
): Statement {
  const { where, values } = belowPath(share, from)
  const parent = to.slice(0, Math.max(0, to.lastIndexOf('/')))
  const cut = from.length + 1
  return {
    sql: `UPDATE OR REPLACE ${table}
      SET parent = CASE path WHEN ? THEN ? ELSE ? || substr(parent, ?) END, path = ? || substr(path, ?)
      WHERE ${where}`,
    values: [from, parent, to, cut, to, cut, ...values],
  }
}
