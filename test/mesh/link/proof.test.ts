import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { suite, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { OfflineError } from '../../../src/mesh/errors.ts'
import { provenPeer } from '../../../src/mesh/link/proof.ts'
import { foreignCertificate } from '../../kit/foreign-certificate.ts'
import { certifiedIdentity } from '../../kit/test-identity.ts'

/** What a finished handshake says of itself. */
interface Handshake {
  readonly certificate: string | undefined
  readonly protocol?: string
  readonly isResumed?: boolean
}

function socketOf({ certificate, protocol = 'TLSv1.3', isResumed = false }: Handshake): TLSSocket {
  const parts: Partial<TLSSocket> = {
    getPeerX509Certificate: () =>
      certificate === undefined ? undefined : new X509Certificate(certificate),
    getProtocol: () => protocol,
    isSessionReused: () => isResumed,
  }
  return parts as TLSSocket
}

suite('what a handshake proves', () => {
  test('is the key of the certificate', async () => {
    const { certificate, peerId } = await certifiedIdentity('ana')
    assert.equal(provenPeer(socketOf({ certificate })), peerId)
  })

  test('is nothing without a certificate, with another kind of key, in an older TLS or when resumed', async () => {
    const { certificate } = await certifiedIdentity('ana')
    const ecdsa = await foreignCertificate('ECDSA')
    for (const handshake of [
      { certificate: undefined },
      { certificate: ecdsa.certificate },
      { certificate, protocol: 'TLSv1.2' },
      { certificate, isResumed: true },
    ]) {
      assert.throws(() => provenPeer(socketOf(handshake)), OfflineError)
    }
  })
})
