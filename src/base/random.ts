import { randomBytes } from 'node:crypto'

/** Randomness as the node sees it. Keys and secrets take it from here too; tests hand in a seeded one. */
export interface Random {
  bytes(count: number): Uint8Array
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) }

/** A number in [0, 1) for choices that need not be secret, such as jitter. */
export function fraction(random: Random): number {
  return Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32
}
