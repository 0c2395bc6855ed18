import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { NodeError } from '../../base/errors.ts'
import type { ListenOptions, Listener, TransportParts } from '../mesh.ts'
import { alpn } from './alpn.ts'
import { Arrival } from './arrival.ts'
import { tlsOptions } from './proof.ts'
import { Reversals } from './reversals.ts'

/** Another program has the port, or this user may not have it. */
export class ListenError extends NodeError {
  override readonly name = 'ListenError'
  readonly kind = 'conflict'
  readonly port: number
  constructor(port: number, cause: unknown) {
    super(
      `Port ${port} can't be used: another program has it, or it needs more rights. Choose another one, or 0 for any.`,
      { cause },
    )
    this.port = port
  }
}

/** Accepts links at a port. Rejects with ListenError. */
export async function listenForLinks(
  parts: TransportParts,
  { host, port, onLink }: ListenOptions,
): Promise<Listener> {
  const { clock, random, log } = parts.surroundings
  const reversals = new Reversals(clock, random)
  const arrivalsByRemote = new Map<string, Arrival>()
  const tls = createTlsServer({
    ...tlsOptions(parts.identity),
    ALPNProtocols: [alpn.link, alpn.reverse, alpn.tool],
    requestCert: true,
    // Nobody vouches for a peer: provenPeer looks at its key instead.
    rejectUnauthorized: false,
  })
  tls.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    log.debug('a handshake failed', { host: socket.remoteAddress, reason: error.message })
    socket.destroy()
  })
  tls.on('secureConnection', (socket: TLSSocket) => {
    arrivalsByRemote.get(remoteOf(socket))?.proceed(socket)
  })
  const tcp = createTcpServer({ noDelay: true, keepAlive: true }, (socket) => {
    socket.on('error', () => {})
    const arrival = Arrival.of(socket, { ...parts, reversals, onLink })
    if (!arrival) return
    const remote = remoteOf(socket)
    arrivalsByRemote.set(remote, arrival)
    socket.once('close', () => arrivalsByRemote.delete(remote))
    tls.emit('connection', socket)
  })
  const { address, port: chosen } = await listening(tcp, host, port)
  return {
    address: { host: address, port: chosen },
    [Symbol.asyncDispose]: async () => {
      tcp.close()
      for (const arrival of arrivalsByRemote.values()) arrival.giveUp()
    },
  }
}

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

function listening(server: Server, host: string | undefined, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(port, error)))
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve(address)
    })
  })
}
