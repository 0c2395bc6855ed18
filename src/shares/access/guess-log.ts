import type { Clock } from '../../base/clock.ts'
import type { Database, Row } from '../../base/database.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { GuessLimitError } from '../errors.ts'
import type { ShareId } from '../shares.ts'
import { guessWaitMs, isRecent } from './guess-limits.ts'
import type { Guess, GuessLimits, GuessPool } from './guess-limits.ts'

/** The guesses of the last day on one share, kept so that no silence, kill or restart takes one back. */
export interface GuessLog {
  /**
   * Counts a guess; resolves when that is on the disk, and only then may the guess be answered. Rejects with
   * GuessLimitError if it may not be tried now.
   */
  start(peer: PeerId, pool: GuessPool, limits: GuessLimits): Promise<Guess>
  /** The peer got in by it: its waits are over. The guess itself still counts. */
  right(guess: Guess): Promise<void>
}

export async function openGuessLog(
  share: ShareId,
  { database, clock }: { readonly database: Database; readonly clock: Pick<Clock, 'now'> },
): Promise<GuessLog> {
  const rows = await database.all('SELECT * FROM guesses WHERE share = ? ORDER BY at_ms', [share])
  let guesses: Guess[] = rows.map(guessOf)
  return {
    async start(peer, pool, limits) {
      const nowMs = clock.now()
      guesses = guesses.filter((guess) => isRecent(guess, nowMs))
      const waitMs = guessWaitMs(guesses, peer, pool, limits, nowMs)
      if (waitMs > 0) throw new GuessLimitError(waitMs)
      const guess: Guess = { peer, pool, atMs: nowMs, isRight: false }
      // Counted before the disk is waited for: others ask meanwhile.
      guesses.push(guess)
      await database.write([
        { sql: insert, values: [share, peer, pool, nowMs] },
        {
          sql: 'DELETE FROM guesses WHERE share = ? AND at_ms < ?',
          values: [share, oldest(guesses)],
        },
      ])
      return guess
    },
    async right(guess) {
      guesses = guesses.map((one) => (one === guess ? { ...one, isRight: true } : one))
      const sql = 'UPDATE guesses SET is_right = 1 WHERE share = ? AND peer = ? AND at_ms = ?'
      await database.write([{ sql, values: [share, guess.peer, guess.atMs] }])
    },
  }
}

const insert = 'INSERT INTO guesses (share, peer, pool, at_ms, is_right) VALUES (?, ?, ?, ?, 0)'

function oldest(guesses: readonly Guess[]): number {
  return Math.min(...guesses.map(({ atMs }) => atMs))
}

function guessOf(row: Row): Guess {
  return {
    peer: parsePeerId(String(row['peer'])),
    pool: row['pool'] === 'contacts' ? 'contacts' : 'strangers',
    atMs: Number(row['at_ms']),
    isRight: row['is_right'] === 1,
  }
}
