import { randomBytes } from 'node:crypto'

/** Randomness as the node sees it. Keys and secrets take it from here too; tests hand in a seeded one. */
export interface Random {
  bytes(count: number): Uint8Array
}

export const systemRandom: Random = { bytes: takeRandom }

/** Many small requests are served from one larger one: asking the system costs as much for ten bytes as for thousands. */
const store = { bytes: new Uint8Array(0), at: 0 }

function takeRandom(count: number): Uint8Array {
  if (count > smallBytesMax) return randomBytes(count)
  if (store.at + count > store.bytes.length) {
    store.bytes = randomBytes(storeBytes)
    store.at = 0
  }
  // A copy: a Buffer's own slice would be the same memory.
  const taken = Uint8Array.from(store.bytes.subarray(store.at, store.at + count))
  // Nobody finds in memory what somebody keeps a secret.
  store.bytes.fill(0, store.at, store.at + count)
  store.at += count
  return taken
}

const storeBytes = 4096
const smallBytesMax = 32

/** A number in [0, 1) for choices that need not be secret, such as jitter. */
export function fraction(random: Random): number {
  return Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32
}
