import { MalformedError } from '../../../base/errors.ts'

/**
 * Which pieces of a stage are here, as the journal keeps it: bit i, counted from the lowest of the
 * first byte, is piece i. `pieces` bits, rounded up to whole bytes; the bits behind them are zero.
 */
export function encodeBitmap(have: ReadonlySet<number>, pieces: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(pieces / 8))
  for (const index of have) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
  return bits
}

/** Throws MalformedError if it is not the bitmap of that many pieces. */
export function parseBitmap(bits: Uint8Array, pieces: number): Set<number> {
  if (bits.length !== Math.ceil(pieces / 8)) {
    throw new MalformedError('bitmap', `it has ${bits.length} bytes for ${pieces} pieces`)
  }
  const have = new Set<number>()
  for (const [at, byte] of bits.entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) have.add(at * 8 + bit)
  }
  for (const index of have) {
    if (index >= pieces) throw new MalformedError('bitmap', `it has a piece ${index} of ${pieces}`)
  }
  return have
}
