/**
 * Connections to peers over TCP.
 *
 * Job: dialling and listening, bytes with as few copies and objects as Node allows: what we dialled is read
 * into one buffer that is used again and again (`onread`).
 * Non-goals: whom to dial, what is said.
 */
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { InterruptedError, throwIfInterrupted } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import { formatIp, parseIp } from '../../../mesh/reach/ip.ts'
import type { Connector, OnIncoming, PeerAddress } from '../bittorrent.ts'
import { TcpDuplex } from './tcp-duplex.ts'

export interface TcpConnectorOptions {
  /** Undefined: all addresses, IPv6 and IPv4. */
  readonly host: string | undefined
  /** 0 lets the system choose. */
  readonly port: number
  readonly onIncoming: OnIncoming
}

export interface TcpConnector extends Connector {
  readonly transport: 'tcp'
  /** Where it listens. */
  readonly port: number
}

/** Rejects if it can't listen. */
export async function openTcpConnector(options: TcpConnectorOptions): Promise<TcpConnector> {
  const open = new Set<TcpDuplex>()
  const keep = (duplex: TcpDuplex) => {
    open.add(duplex)
    duplex.socket.once('close', () => open.delete(duplex))
    return duplex
  }
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const remote = remoteOf(socket)
    if (remote) options.onIncoming(keep(new TcpDuplex(socket, remote)))
    else socket.destroy()
  })
  const port = await listen(server, options)
  return {
    transport: 'tcp',
    port,
    dial: async (address, signal) => keep(await dial(address, signal)),
    [Symbol.asyncDispose]: async () => {
      for (const duplex of open) duplex.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

function listen(server: Server, { host, port }: TcpConnectorOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      const bound = server.address()
      resolve(typeof bound === 'object' && bound ? bound.port : port)
    })
  })
}

/** The buffer into which it is read is made with the socket. */
function dial(address: PeerAddress, signal: AbortSignal): Promise<TcpDuplex> {
  throwIfInterrupted(signal)
  return new Promise((resolve, reject) => {
    let duplex: TcpDuplex | undefined
    const socket = connect({
      ...address,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBufferBytes),
        callback: (count, buffer) => duplex?.onRead(buffer.subarray(0, count)) ?? false,
      },
    })
    const stop = () => {
      socket.destroy()
      reject(new InterruptedError(signal.reason))
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', (cause) => {
      signal.removeEventListener('abort', stop)
      reject(new OfflineError('The peer can not be reached.', { cause }))
    })
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners('error')
      duplex = new TcpDuplex(socket, address)
      resolve(duplex)
    })
    // Nothing is read before someone listens.
    socket.pause()
  })
}

function remoteOf({ remoteAddress, remotePort }: Socket): PeerAddress | undefined {
  const ip = parseIp(remoteAddress ?? '')
  return ip && remotePort ? { host: formatIp(ip), port: remotePort } : undefined
}

/** Large enough for a quarter of a large piece, so that few calls are made for much. */
const readBufferBytes = 256 * 1024
