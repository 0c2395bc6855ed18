import { makeCertificate } from '../../src/mesh/identity/certificate.ts'
import { identityOf, newPrivateKey } from '../../src/mesh/identity/private-key.ts'
import type { Identity } from '../../src/mesh/mesh.ts'
import { seededRandom } from './seeded-random.ts'

/** The identity of the test person `name`: the same in every run. Without a certificate: for the memory network. */
export function testIdentity(name: string): Identity {
  return identityOf(newPrivateKey(seededRandom(name)), '')
}

/** The same with its certificate: for real links. */
export async function certifiedIdentity(name: string): Promise<Identity> {
  const key = newPrivateKey(seededRandom(name))
  const { peerId } = identityOf(key, '')
  return identityOf(key, await makeCertificate(key, peerId))
}
