import type { OpenProof } from '../shares.ts'
import { channelProof } from './channel-proof.ts'
import type { Ends } from './channel-proof.ts'

/** Shows the answerer at the other end of a link that the asker has the invite that `secret` stands in. */
export function proveWithLink(secret: Uint8Array, ends: Ends): OpenProof {
  return { kind: 'secret', proof: channelProof(secret, ends, 'fullmesh link') }
}
