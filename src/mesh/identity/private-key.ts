import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { concatBytes, fromBase64Url } from '../../base/bytes.ts'
import { MalformedError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Identity } from '../mesh.ts'
import { peerIdOf } from './peer-id.ts'

/** A fresh Ed25519 private key. The 32 bytes of chance are the key: RFC 8032, section 5.1.5. */
export function newPrivateKey(random: Random): KeyObject {
  const der = concatBytes([pkcs8Head, random.bytes(32)])
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
}

/** Reads PKCS #8 in PEM. Throws MalformedError for anything but an Ed25519 private key. */
export function parsePrivateKey(pem: string): KeyObject {
  const key = readPem(pem)
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new MalformedError('identity key', `it is ${key.asymmetricKeyType}, not ed25519`)
  }
  return key
}

/** The identity whose key this is, with the certificate that was made for it. */
export function identityOf(key: KeyObject, certificate: string): Identity {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    peerId: peerIdOf(fromBase64Url(x) ?? new Uint8Array()),
    sign: (bytes) => sign(null, bytes, key),
    certificate,
    privateKey: toPem(key),
  }
}

export function toPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString()
}

/** What stands before the key in PKCS #8: version 0, the algorithm's number, two lengths. Source: RFC 8410, section 7. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

function readPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new MalformedError('identity key', 'it is no private key in PEM', cause)
  }
}
