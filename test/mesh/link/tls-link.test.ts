import { tlsTransport } from '../../../src/mesh/link/tls-transport.ts'
import { linkContract } from '../../contracts/link.ts'
import { linkWorld } from '../../kit/link-world.ts'
import { certifiedIdentity } from '../../kit/test-identity.ts'

linkContract('TLS', () =>
  linkWorld({ identityOf: certifiedIdentity, transport: tlsTransport, host: '127.0.0.1' }),
)
