import { createCipheriv } from 'node:crypto'
import { sha256 } from '../../src/base/bytes.ts'
import type { Random } from '../../src/base/random.ts'

/** Chance that is the same in every run: the key stream of AES-CTR under the hash of `seed`. */
export function seededRandom(seed: string | number): Random {
  const key = sha256(Buffer.from(`seed ${seed}`))
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return { bytes: (count) => stream.update(Buffer.alloc(count)) }
}
