/**
 * Links over TCP: HTTP/2 (RFC 9113) over TLS 1.3 with Ed25519 certificates on both sides (RFC 8410). The
 * key of a certificate is the PeerId, and nothing else in it is looked at.
 *
 * Job: listening and dialling, the proof of both sides before the first byte of a question, questions and
 * answers as streams with back-pressure, the reversed connection by which both sides can ask, the failure
 * body, counting of bytes, and telling dead links from slow ones.
 * Non-goals: what is asked (transfer), at which address a peer is (reach), who may cost what (gate).
 * The protocol: docs/protocols/links.md.
 */
import { createSecureContext } from 'node:tls'
import type { Transport, TransportParts } from '../mesh.ts'
import { dialLink } from './dial.ts'
import { listenForLinks } from './listen.ts'
import { tlsOptions } from './proof.ts'

export function tlsTransport(parts: TransportParts): Transport {
  const context = createSecureContext(tlsOptions(parts.identity))
  return {
    listen: (options) => listenForLinks(parts, options),
    dial: (address, expected, way, signal) =>
      dialLink({ parts, context, address, expected, way }, signal),
  }
}
