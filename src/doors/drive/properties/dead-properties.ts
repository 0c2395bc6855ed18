import type { Database, SqlValue, Statement } from '../../../base/database.ts'
import type { SharePath } from '../../../content/content.ts'
import { parentOf } from '../../../content/names.ts'
import type { ShareId } from '../../../shares/shares.ts'
import { belowPath, movedPath } from '../below.ts'
import { DavError } from '../errors.ts'

/** A property that a client left, which means nothing to the drive. Kept on this computer, and shared with nobody. */
export interface DeadProperty extends PropertyName {
  /** The whole element, with its namespaces declared. */
  readonly xml: string
}

export interface PropertyName {
  readonly namespace: string
  readonly name: string
}

export type PropertyChange =
  | ({ readonly what: 'set'; readonly text: string } & DeadProperty)
  | ({ readonly what: 'remove' } & PropertyName)

/** Properties by share and path. */
export class DeadProperties {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async at(share: ShareId, path: SharePath): Promise<DeadProperty[]> {
    const rows = await this.#database.all(`${select} WHERE share = ? AND path = ?`, [share, path])
    return rows.map(propertyOf)
  }

  /** Of all that stands in a directory, by path. */
  async inside(
    share: ShareId,
    directory: SharePath,
  ): Promise<ReadonlyMap<string, readonly DeadProperty[]>> {
    const sql = `${select} WHERE share = ? AND parent = ? AND path <> ''`
    const rows = await this.#database.all(sql, [share, directory])
    const byPath = Map.groupBy(rows, (row) => String(row['path']))
    return new Map([...byPath].map(([path, mine]) => [path, mine.map(propertyOf)]))
  }

  /** All of the changes, in their order, or none. Rejects with DavError 507 when it is too much. */
  async change(share: ShareId, path: SharePath, changes: readonly PropertyChange[]): Promise<void> {
    const sql = 'SELECT count(*) AS count FROM properties WHERE share = ?'
    const [row] = await this.#database.all(sql, [share])
    const isTooLong = changes.some((one) => one.what === 'set' && one.xml.length > xmlCharsMax)
    if (isTooLong || Number(row?.['count'] ?? 0) + changes.length > propertiesMax) {
      throw new DavError(507, 'There is no room for more properties.')
    }
    await this.#database.write(changes.map((one) => statementOf(share, path, one)))
  }

  /** What stands at `to` gets the properties of what stands at `from`, and no others. */
  async copy(from: Place, to: Place): Promise<void> {
    const columns = 'share, path, parent, namespace, name, xml'
    const values = [to.share, to.path, parentText(to.path), from.share, from.path]
    await this.#database.write([
      { sql: 'DELETE FROM properties WHERE share = ? AND path = ?', values: [to.share, to.path] },
      {
        sql: `INSERT INTO properties (${columns})
          SELECT ?, ?, ?, namespace, name, xml FROM properties WHERE share = ? AND path = ?`,
        values,
      },
    ])
  }

  async moved(share: ShareId, from: SharePath, to: SharePath): Promise<void> {
    await this.#database.write([movedPath('properties', share, from, to)])
  }

  /** Of what stood at `path` and below it. */
  async remove(share: ShareId, path: SharePath): Promise<void> {
    const { where, values } = belowPath(share, path)
    await this.#database.write([{ sql: `DELETE FROM properties WHERE ${where}`, values }])
  }
}

interface Place {
  readonly share: ShareId
  readonly path: SharePath
}

function statementOf(share: ShareId, path: SharePath, change: PropertyChange): Statement {
  const { namespace, name } = change
  if (change.what === 'remove') {
    const where = 'share = ? AND path = ? AND namespace = ? AND name = ?'
    return { sql: `DELETE FROM properties WHERE ${where}`, values: [share, path, namespace, name] }
  }
  return {
    sql: `INSERT OR REPLACE INTO properties (share, path, parent, namespace, name, xml)
      VALUES (?, ?, ?, ?, ?, ?)`,
    values: [share, path, parentText(path), namespace, name, change.xml],
  }
}

function parentText(path: SharePath): string {
  return path === '' ? '' : parentOf(path)
}

function propertyOf(row: Readonly<Record<string, SqlValue>>): DeadProperty {
  const [namespace, name, xml] = [row['namespace'], row['name'], row['xml']].map(String)
  return { namespace: namespace ?? '', name: name ?? '', xml: xml ?? '' }
}

const select = 'SELECT path, namespace, name, xml FROM properties'

/** A label, a colour, a date: none is long. */
const xmlCharsMax = 64 * 1024
const propertiesMax = 200_000
