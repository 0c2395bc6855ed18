import type { PeerId } from '../../mesh/mesh.ts'

/**
 * How many passwords may be tried. Each start of a login counts as a guess and stays one, whatever comes
 * of it: who stops half way has learnt as much as who was told, and who knows one password of a share can
 * end a login well while it tries another one on the other record.
 *
 *     who                what it waits for
 *     anyone in a pool   the pool's guesses of any 24 hours, and its pace: 5 at once, then 1 a second
 *     one peer           5 tries, then 15 s, 30 s, 1 min ... up to 1 h after each; forgotten when it gets in
 *
 * PeerIds are free, so only the pools hold off an attacker; the waits keep one peer from using a pool up.
 * Contacts have a pool of their own, which strangers can't empty; the deputies' part is kept back for them.
 */
export interface GuessLimits {
  /** Guesses in any 24 hours. */
  readonly perDay: Readonly<Record<GuessPool, number>>
}

export type GuessPool = 'strangers' | 'contacts'

/** A login that was started. */
export interface Guess {
  readonly peer: PeerId
  readonly pool: GuessPool
  readonly atMs: number
  /** The peer got in by this one. */
  readonly isRight: boolean
}

/** Guesses a day that a share allows in all, from however many PeerIds, with its deputies. */
export const guessesPerDayMax = 1000

/** Deputies of a share at one time, and what each may let pass: part of the share's budget. */
export const deputiesMax = 8
export const guessesPerDeputy = 50

/** What the owner's node lets pass itself. */
export const ownerGuessLimits: GuessLimits = {
  perDay: {
    contacts: 200,
    strangers: guessesPerDayMax - 200 - deputiesMax * guessesPerDeputy,
  },
}

/** How long `peer` must wait before it may try, in ms; 0: now. `guesses` are those on this share, oldest first. */
export function guessWaitMs(
  guesses: readonly Guess[],
  peer: PeerId,
  pool: GuessPool,
  limits: GuessLimits,
  nowMs: number,
): number {
  const recent = guesses.filter((guess) => isRecent(guess, nowMs))
  const ofPool = recent.filter((guess) => guess.pool === pool)
  return Math.max(
    windowWaitMs(ofPool, limits.perDay[pool], dayMs, nowMs),
    windowWaitMs(ofPool, burstGuesses, burstGuesses * paceMs, nowMs),
    peerWaitMs(
      recent.filter((guess) => guess.peer === peer),
      nowMs,
    ),
  )
}

/**
 * Whether a guess still counts. One from the future counts as well, for the clock may have been set back;
 * but not one that is more than a day away, or a clock that was once years ahead would shut the share.
 */
export function isRecent({ atMs }: Guess, nowMs: number): boolean {
  return Math.abs(nowMs - atMs) < dayMs
}

/** How long until fewer than `most` guesses lie within the last `spanMs`. */
function windowWaitMs(
  guesses: readonly Guess[],
  most: number,
  spanMs: number,
  nowMs: number,
): number {
  if (most === 0) return dayMs
  const last = guesses.at(-most)
  return last ? Math.max(0, last.atMs + spanMs - nowMs) : 0
}

function peerWaitMs(own: readonly Guess[], nowMs: number): number {
  const wrong = own.slice(own.findLastIndex(({ isRight }) => isRight) + 1)
  const last = wrong.at(-1)
  if (!last || wrong.length < freeTries) return 0
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (wrong.length - freeTries))
  return Math.max(0, last.atMs + waitMs - nowMs)
}

const dayMs = 24 * 60 * 60_000
const paceMs = 1000
const burstGuesses = 5

/** A person who mistypes gets by with this. */
const freeTries = 5
const firstWaitMs = 15_000
const longestWaitMs = 60 * 60_000
