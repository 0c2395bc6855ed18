import { toBase32 } from '../../../base/bytes.ts'
import type { Random } from '../../../base/random.ts'

/** A name for a new file in the node's own place: nobody can guess it or has it already. People type it to restore. */
export function newOwnId(random: Random): string {
  return toBase32(random.bytes(10))
}
