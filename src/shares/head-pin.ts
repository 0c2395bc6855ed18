import { equalBytes } from '../base/bytes.ts'
import { ForkError, RollbackError } from './errors.ts'
import { headHash } from './head.ts'
import type { SignedHead } from './shares.ts'

/**
 * What a reader does with a head of a share that it knows: `newer` replaces the pinned one, `same` brings
 * nothing. The pin is the newest ever seen, whoever showed it. Throws RollbackError for an older one, and
 * ForkError where history has two ends: two heads of one number, or one that does not follow the pinned one.
 * Heads between the two may have been missed; then only the numbers can be compared.
 */
export function comparePinned(
  pinned: SignedHead | undefined,
  received: SignedHead,
): 'newer' | 'same' {
  if (!pinned) return 'newer'
  const known = pinned.head.sequence
  const { sequence, previous } = received.head
  if (sequence < known) throw new RollbackError(known, sequence)
  if (sequence > known + 1) return 'newer'
  const pinnedHash = headHash(pinned.head)
  if (sequence === known) {
    if (equalBytes(headHash(received.head), pinnedHash)) return 'same'
    throw new ForkError(sequence)
  }
  if (!equalBytes(previous, pinnedHash)) throw new ForkError(sequence)
  return 'newer'
}
