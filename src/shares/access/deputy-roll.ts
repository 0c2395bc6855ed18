import type { Clock } from '../../base/clock.ts'
import type { Database, Row } from '../../base/database.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Deputyship, ShareId } from '../shares.ts'
import { deputiesMax, guessesPerDeputy } from './guess-limits.ts'

/** The deputies that an owner has made for one share: few at a time, since each has a part of the share's guesses. */
export interface DeputyRoll {
  /** A deputyship for `peer`, or the one that it has if much of that is left; undefined if there is no place. */
  appoint(peer: PeerId, generation: number): Promise<Deputyship | undefined>
}

/** A place on the roll. */
export interface Appointment {
  readonly peer: PeerId
  readonly generation: number
  readonly expiresMs: number
}

export async function openDeputyRoll(
  share: ShareId,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
): Promise<DeputyRoll> {
  const rows = await database.all('SELECT * FROM deputies WHERE share = ?', [share])
  let roll: readonly Appointment[] = rows.map(appointmentOf)
  return {
    async appoint(peer, generation) {
      const next = appointed(roll, peer, generation, clock.now())
      if (!next) return undefined
      if (!roll.includes(next)) {
        roll = [...roll.filter((one) => one.peer !== peer), next]
        const values = [share, peer, generation, next.expiresMs]
        await database.write([
          { sql: 'INSERT OR REPLACE INTO deputies VALUES (?, ?, ?, ?)', values },
        ])
      }
      const { expiresMs } = next
      return { share, deputy: peer, generation, expiresMs, guessesPerDay: guessesPerDeputy }
    },
  }
}

/**
 * The place that `peer` has or gets; undefined if all are taken. A place stays taken for a day after its end,
 * so that in no 24 hours more deputies let guesses pass than there are places; but a new generation
 * clears the roll: at the old deputies there is nothing left to guess.
 */
export function appointed(
  roll: readonly Appointment[],
  peer: PeerId,
  generation: number,
  nowMs: number,
): Appointment | undefined {
  const taken = roll.filter((one) => one.generation === generation && one.expiresMs + dayMs > nowMs)
  const own = taken.find((one) => one.peer === peer)
  if (own && own.expiresMs - nowMs > deputyshipLifeMs / 2) return own
  if (!own && taken.length >= deputiesMax) return undefined
  return { peer, generation, expiresMs: nowMs + deputyshipLifeMs }
}

/** How long an owner may be away; and how long a deputy that lost its trust can stay one, where the newest head does not get. */
export const deputyshipLifeMs = 7 * 24 * 60 * 60_000

const dayMs = 24 * 60 * 60_000

function appointmentOf(row: Row): Appointment {
  return {
    peer: parsePeerId(String(row['peer'])),
    generation: Number(row['generation']),
    expiresMs: Number(row['expires_ms']),
  }
}
