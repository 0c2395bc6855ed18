import { constants as cryptoConstants } from 'node:crypto'
import type { SecureContextOptions, TLSSocket } from 'node:tls'
import { fromBase64Url } from '../../base/bytes.ts'
import { OfflineError } from '../errors.ts'
import { peerIdOf } from '../identity/peer-id.ts'
import type { Identity, PeerId } from '../mesh.ts'

/**
 * TLS as both sides of every connection speak it: 1.3 alone, Ed25519 alone. No one vouches for anyone,
 * so nothing in a certificate counts but the key, whose owner the handshake proves.
 */
export function tlsOptions(identity: Identity): SecureContextOptions {
  return {
    key: identity.privateKey,
    cert: identity.certificate,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    sigalgs: 'ed25519',
    // The quickest first; all three are beyond doubt.
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384',
    // A resumed session would skip the proof. Without tickets there is nothing to resume.
    secureOptions: cryptoConstants.SSL_OP_NO_TICKET,
  }
}

/**
 * Who the far side of a finished handshake has proved to be. Throws OfflineError when it proved nothing:
 * to be called on both sides before a byte of a question is sent or read.
 */
export function provenPeer(socket: TLSSocket): PeerId {
  const key = socket.getPeerX509Certificate()?.publicKey
  const proved =
    key?.asymmetricKeyType === 'ed25519' &&
    socket.getProtocol() === 'TLSv1.3' &&
    !socket.isSessionReused()
  const { x } = proved ? key.export({ format: 'jwk' }) : {}
  const bytes = x === undefined ? undefined : fromBase64Url(x)
  if (!bytes) throw new OfflineError('The far side did not prove who it is.')
  return peerIdOf(bytes)
}
