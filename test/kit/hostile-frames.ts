import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { Address, Identity } from '../../src/mesh/mesh.ts'

/** A frame of HTTP/2 as anyone may write it. Source: RFC 9113, section 4.1. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
  unknown: 0xee,
} as const

export const endStream = 1
export const endHeaders = 4

const nothing = new Uint8Array()

/** What every client sends first. Source: RFC 9113, section 3.4. */
export const greeting = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(frameType.settings, 0, 0, nothing),
])

/** `GET /` or `POST /` in HPACK's static table (RFC 7541, appendix A). */
export function head(method: 'GET' | 'POST'): Buffer {
  return Buffer.from([method === 'GET' ? 0x82 : 0x83, 0x84, 0x87])
}

/** A question on stream `number` (odd), with its body still to come or without one. */
export function question(number: number, body: 'body' | 'no body'): Buffer {
  const flags = endHeaders | (body === 'body' ? 0 : endStream)
  return frame(frameType.headers, flags, number, head(body === 'body' ? 'POST' : 'GET'))
}

/** A TLS connection by hand; rejects as the handshake does. */
export async function hostileSocket(
  address: Address,
  identity: Identity | undefined,
  options: ConnectionOptions & { readonly localAddress?: string } = {},
): Promise<TLSSocket> {
  const { localAddress } = options
  const tcp = connectTcp({ ...address, ...(localAddress === undefined ? {} : { localAddress }) })
  const tls = connectTls({
    socket: tcp,
    rejectUnauthorized: false,
    ALPNProtocols: ['fullmesh/1'],
    ...(identity ? { key: identity.privateKey, cert: identity.certificate } : {}),
    ...options,
  })
  tcp.on('error', (error) => tls.destroy(error))
  await once(tls, 'secureConnect')
  tls.on('error', () => {})
  return tls
}
