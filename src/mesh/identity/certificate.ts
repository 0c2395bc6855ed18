import { X509Certificate, createPublicKey, webcrypto } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/**
 * A certificate of `key`, signed by itself, PEM (RFC 5280, RFC 8410). Nobody checks anything in it but
 * its key, so it says no more than that, and never expires. The same key gives the same bytes.
 */
export async function makeCertificate(key: KeyObject, name: string): Promise<string> {
  // Imported only here: once in the life of an identity is the time it takes well spent.
  await import('reflect-metadata')
  const { KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } =
    await import('@peculiar/x509')
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      serialNumber: '01',
      notBefore: new Date('2000-01-01T00:00:00Z'),
      notAfter: noExpiry,
      signingAlgorithm: { name: 'Ed25519' },
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
      keys: {
        privateKey: key.toCryptoKey('Ed25519', true, ['sign']),
        publicKey: createPublicKey(key).toCryptoKey('Ed25519', true, ['verify']),
      },
    },
    webcrypto,
  )
  return certificate.toString('pem')
}

/** Whether `pem` is a certificate of exactly this key. */
export function isCertificateOf(pem: string, key: KeyObject): boolean {
  try {
    return new X509Certificate(pem).publicKey.equals(createPublicKey(key))
  } catch {
    return false
  }
}

/** What RFC 5280, section 4.1.2.5, prescribes for a certificate without an end. */
const noExpiry = new Date('9999-12-31T23:59:59Z')
