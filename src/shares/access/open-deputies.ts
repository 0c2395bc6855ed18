import type { Surroundings } from '../../base/base.ts'
import type { Database, Row } from '../../base/database.ts'
import type { Identity, PeerId } from '../../mesh/mesh.ts'
import { parseShareId } from '../share-id.ts'
import type { Access, Deputies, Deputyship, Head, ShareId } from '../shares.ts'
import { CapabilityChecker } from './capability-check.ts'
import { DeputyAccess } from './deputy-access.ts'
import { parseCommission } from './deputy.ts'
import type { Commission } from './deputy.ts'
import { openGrants } from './grants.ts'
import { openGuessLog } from './guess-log.ts'
import type { Opaque } from './opaque.ts'
import { PasswordLogins } from './password-logins.ts'

export interface DeputiesParts {
  readonly identity: Identity
  /** shares.db (share-database.ts); closed by whoever opened it. */
  readonly database: Database
  readonly opaque: Opaque
  readonly surroundings: Surroundings
}

/** Opens what this node is for shares of others: their deputy, where it was made one. */
export async function openDeputies(parts: DeputiesParts): Promise<Deputies> {
  const { identity, database, opaque } = parts
  const { clock, random } = parts.surroundings
  const rows = await database.all('SELECT * FROM commissions')
  const commissionsByShare = new Map(rows.map((row) => commissionOf(row, identity.peerId)))

  async function openAccess(share: ShareId, owner: PeerId, head: () => Head): Promise<Access> {
    const guesses = await openGuessLog(share, { database, clock })
    const answerer = identity.peerId
    return new DeputyAccess({
      share,
      identity,
      head,
      commission: () => commissionsByShare.get(share),
      grants: await openGrants(share, database),
      logins: new PasswordLogins({ share, owner, answerer, opaque, guesses, clock, random }),
      checker: new CapabilityChecker(share, clock),
      surroundings: parts.surroundings,
    })
  }

  return {
    access: openAccess,
    async accept(share, bytes): Promise<Deputyship> {
      const commission = parseCommission(bytes, share, identity.peerId)
      const sql = 'INSERT OR REPLACE INTO commissions VALUES (?, ?)'
      await database.write([{ sql, values: [share, bytes] }])
      commissionsByShare.set(share, commission)
      return commission.deputyship
    },
    async forget(share) {
      commissionsByShare.delete(share)
      const tables = ['commissions', 'grants', 'guesses']
      await database.write(
        tables.map((table) => ({ sql: `DELETE FROM ${table} WHERE share = ?`, values: [share] })),
      )
    },
  }
}

function commissionOf(row: Row, deputy: PeerId): [ShareId, Commission] {
  const share = parseShareId(String(row['share']))
  return [share, parseCommission(row['bytes'] as Uint8Array, share, deputy)]
}
