import type { Clock } from '../../../base/clock.ts'
import type { Database, Row } from '../../../base/database.ts'
import type { Random } from '../../../base/random.ts'
import { Serial } from '../../../base/serial.ts'
import type { SharePath } from '../../../content/content.ts'
import { isWithin, parseSharePath } from '../../../content/names.ts'
import { parseShareId } from '../../../shares/share-id.ts'
import type { ShareId } from '../../../shares/shares.ts'
import { DavError } from '../errors.ts'
import { covers } from './lock.ts'
import type { Lock, LockWish } from './lock.ts'

/** All locks of the drive. What it answers holds now; what it was told is on the disk before it resolves. */
export class LockTable {
  readonly #database: Database
  readonly #clock: Clock
  readonly #random: Random
  readonly #byToken = new Map<string, Lock>()
  readonly #writes = new Serial()

  private constructor(database: Database, clock: Clock, random: Random) {
    this.#database = database
    this.#clock = clock
    this.#random = random
  }

  static async open(database: Database, clock: Clock, random: Random): Promise<LockTable> {
    const table = new LockTable(database, clock, random)
    await database.write([{ sql: 'DELETE FROM locks WHERE until_ms <= ?', values: [clock.now()] }])
    for (const row of await database.all('SELECT * FROM locks')) {
      const lock = lockOf(row)
      table.#byToken.set(lock.token, lock)
    }
    return table
  }

  /** Locks under which what stands at `path`, or would, is. */
  covering(share: ShareId, path: SharePath): Lock[] {
    return this.#living(share).filter((lock) => covers(lock, path))
  }

  /** Locks of what stands below `path`. */
  below(share: ShareId, path: SharePath): Lock[] {
    return this.#living(share).filter((lock) => lock.path !== path && isWithin(lock.path, path))
  }

  /** Rejects with the lock in the way as DavError 423, and with 507 when there are too many. */
  async add(wish: LockWish, lifeMs: number): Promise<Lock> {
    return this.#writes.run(async () => {
      const { share, path, depth, scope } = wish
      const below = depth === 'infinity' ? this.below(share, path) : []
      const inTheWay = [...this.covering(share, path), ...below].find(
        (other) => scope === 'exclusive' || other.scope === 'exclusive',
      )
      if (inTheWay)
        throw new DavError(423, 'It is locked.', { condition: '<D:no-conflicting-lock/>' })
      if (this.#byToken.size >= locksMax) throw new DavError(507, 'Too much is locked at once.')
      const lock = { ...wish, token: this.#newToken(), untilMs: this.#clock.now() + lifeMs }
      await this.#database.write([{ sql: insert, values: valuesOf(lock) }])
      this.#byToken.set(lock.token, lock)
      return lock
    })
  }

  async refresh({ token }: Lock, lifeMs: number): Promise<Lock> {
    return this.#writes.run(async () => {
      const lock = this.#byToken.get(token)
      if (!lock) throw new DavError(412, 'The lock is gone.')
      const longer = { ...lock, untilMs: this.#clock.now() + lifeMs }
      await this.#database.write([{ sql: insert, values: valuesOf(longer) }])
      this.#byToken.set(token, longer)
      return longer
    })
  }

  async remove(locks: readonly Lock[]): Promise<void> {
    if (locks.length === 0) return
    await this.#writes.run(async () => {
      const sql = 'DELETE FROM locks WHERE token = ?'
      await this.#database.write(locks.map(({ token }) => ({ sql, values: [token] })))
      for (const { token } of locks) this.#byToken.delete(token)
    })
  }

  /** What stood at `path` or below it is gone, and its locks with it. */
  async removeWithin(share: ShareId, path: SharePath): Promise<void> {
    await this.remove(this.#living(share).filter((lock) => isWithin(lock.path, path)))
  }

  #living(share: ShareId): Lock[] {
    const nowMs = this.#clock.now()
    const mine: Lock[] = []
    for (const lock of this.#byToken.values()) {
      if (lock.untilMs <= nowMs) this.#byToken.delete(lock.token)
      else if (lock.share === share) mine.push(lock)
    }
    return mine
  }

  /** Source: RFC 9562, section 5.4. */
  #newToken(): string {
    const bytes = Buffer.from(this.#random.bytes(16))
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
    const hex = bytes.toString('hex')
    const cuts = [0, 8, 12, 16, 20, 32]
    const groups = cuts.slice(1).map((end, at) => hex.slice(cuts[at], end))
    return `urn:uuid:${groups.join('-')}`
  }
}

function lockOf(row: Row): Lock {
  return {
    token: String(row['token']),
    share: parseShareId(String(row['share'])),
    path: parseSharePath(String(row['path'])),
    depth: row['depth'] === '0' ? '0' : 'infinity',
    scope: row['scope'] === 'shared' ? 'shared' : 'exclusive',
    owner: String(row['owner']),
    untilMs: Number(row['until_ms']),
  }
}

function valuesOf({ token, share, path, depth, scope, owner, untilMs }: Lock) {
  return [token, share, path, depth, scope, owner, untilMs]
}

const insert = `INSERT OR REPLACE INTO locks (token, share, path, depth, scope, owner, until_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?)`

/** One user's programs hold a few dozen. */
const locksMax = 4096
