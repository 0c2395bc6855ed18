import { webcrypto } from 'node:crypto'

export interface ForeignCertificate {
  readonly certificate: string
  readonly privateKey: string
}

/** A certificate as others have it: of a kind of key that is no identity here. */
export async function foreignCertificate(kind: 'RSA' | 'ECDSA'): Promise<ForeignCertificate> {
  await import('reflect-metadata')
  const { PemConverter, X509CertificateGenerator } = await import('@peculiar/x509')
  const algorithm =
    kind === 'ECDSA'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: Uint8Array.of(1, 0, 1),
          hash: 'SHA-256',
        }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: `CN=${kind}`, keys, signingAlgorithm: algorithm },
    webcrypto,
  )
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: certificate.toString('pem'),
    privateKey: PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  }
}
