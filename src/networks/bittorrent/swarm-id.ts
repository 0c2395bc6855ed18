import { toHex } from '../../base/bytes.ts'
import { MalformedError } from '../../base/errors.ts'
import type { SwarmId } from './bittorrent.ts'

/** 20 bytes as a swarm's id. Throws MalformedError for any other length. */
export function parseSwarmId(bytes: Uint8Array): SwarmId {
  if (bytes.length !== swarmIdBytes) {
    throw new MalformedError('info-hash', `it has ${bytes.length} bytes instead of 20`)
  }
  return toHex(bytes) as SwarmId
}

/** The 20 bytes of a swarm's id. */
export function bytesOfSwarm(swarm: SwarmId): Uint8Array {
  return Buffer.from(swarm, 'hex')
}

/** SHA-1, or the first bytes of a SHA-256. */
export const swarmIdBytes = 20
