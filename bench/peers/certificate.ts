import { join } from 'node:path'
import { run } from '../kit/command.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** A certificate that nobody vouches for, with an elliptic key as servers have them today. */
export async function makeCertificateFiles(folder: string): Promise<CertificateFiles> {
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')]
  await run([
    ...[
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
    ],
    ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
  ])
  return { certificate, key }
}
