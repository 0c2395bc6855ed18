import type { Random } from '../../base/random.ts'
import { words } from '../../mesh/identity/words.ts'

/**
 * A password to be read out or written down: six words of a list of 256, which makes 48 bits. Whoever has stolen
 * its record and tries a thousand a second, on some 200 cores, needs 4,400 years for half of them.
 */
export function generatedPassword(random: Random): string {
  return Array.from(random.bytes(wordCount), (byte) => words[byte] ?? '').join('-')
}

/** One byte each: the list has as many words as a byte has values. */
const wordCount = 6
