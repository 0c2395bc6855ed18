import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { Address, Identity } from '../../src/mesh/mesh.ts'

/** A frame of HTTP/2 as anyone may write it. Source: RFC 9113, section 4.1. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const start = Buffer.alloc(9)
  start.writeUIntBE(payload.length, 0, 3)
  start[3] = type
  start[4] = flags
  start.writeUInt32BE(stream, 5)
  return Buffer.concat([start, payload])
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

/** `GET` or `POST` of a short path at the authority `a`, in HPACK's static table (RFC 7541, appendix A). */
export function head(method: 'GET' | 'POST', path = '/'): Buffer {
  const known = [method === 'GET' ? 0x82 : 0x83, 0x87, 0x41, 0x01, 0x61]
  return Buffer.concat([Buffer.from([...known, 0x44, path.length]), Buffer.from(path)])
}

/** A field `x` of `bytes` characters, in HPACK without indexing (RFC 7541, sections 5.1 and 6.2.2). */
export function longField(bytes: number): Buffer {
  const rest = bytes - 127
  const length = Buffer.from([0x7f, (rest & 127) | 128, rest >> 7])
  return Buffer.concat([Buffer.from([0x00, 0x01, 0x78]), length, Buffer.alloc(bytes, 0x61)])
}

/** A question on stream `number` (odd), with its body still to come or without one. */
export function question(number: number, body: 'body' | 'no body', path = '/'): Buffer {
  const flags = endHeaders | (body === 'body' ? 0 : endStream)
  return frame(frameType.headers, flags, number, head(body === 'body' ? 'POST' : 'GET', path))
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
  tls.on('error', () => {})
  await once(tls, 'secureConnect')
  return tls
}

/** Resolves when the socket takes more, or never will. */
export function ready(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      socket.off('drain', settle).off('close', settle)
      resolve()
    }
    socket.once('drain', settle).once('close', settle)
    if (socket.closed) settle()
  })
}
