import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { OfflineError } from '../../../mesh/errors.ts'
import type { PeerAddress } from '../bittorrent.ts'

export type Family = 'IPv4' | 'IPv6'

/** Takes the datagrams that are its own. Several share one port, and tell theirs by the first bytes. */
export interface DatagramTaker {
  wants(data: Uint8Array, from: PeerAddress): boolean
  /** `data` is the taker's to keep. */
  onDatagram(data: Uint8Array, from: PeerAddress): void
}

/**
 * One UDP port, by IPv4 and IPv6, for all that speaks UDP: uTP, the DHT, trackers. It must be one: the peers
 * of a swarm take the port of the DHT for that of uTP, and a hole that one makes in a NAT serves the other.
 */
export interface UdpPort extends AsyncDisposable {
  readonly port: number
  /** By which of them it can send. */
  readonly families: ReadonlySet<Family>
  /** May be lost, as it could be on the way. `data` may be changed again once it was sent, not before. */
  send(data: Uint8Array, to: PeerAddress): void
  /** Until disposed; those that came first are asked first. */
  take(taker: DatagramTaker): Disposable
}

export interface UdpPortOptions {
  /** An address of this computer, to send and hear by that alone; undefined for all of both families. */
  readonly host: string | undefined
  /** 0 lets the system choose. */
  readonly port: number
}

/** Rejects with OfflineError when the port is taken. A family that this computer lacks is left out. */
export async function openUdpPort({ host, port }: UdpPortOptions): Promise<UdpPort> {
  const sockets = new Map<Family, Socket>()
  const takers = new Set<DatagramTaker>()
  let bound = port
  try {
    for (const family of familiesOf(host)) {
      const socket = makeSocket(family)
      if (!(await bind(socket, family, host, bound))) continue
      sockets.set(family, socket)
      bound = socket.address().port
      socket.on('message', (data, { address, port: from }) =>
        hear(data, { host: address, port: from }),
      )
    }
  } catch (cause) {
    for (const socket of sockets.values()) socket.close()
    throw new OfflineError(`UDP port ${bound} can't be opened. Choose another port.`, { cause })
  }
  if (sockets.size === 0) throw new OfflineError('There is neither IPv4 nor IPv6 here.')

  function hear(data: Uint8Array, from: PeerAddress): void {
    // Port 0 can't be answered.
    if (from.port === 0) return
    for (const taker of takers) if (taker.wants(data, from)) return taker.onDatagram(data, from)
  }

  return {
    port: bound,
    families: new Set(sockets.keys()),
    send(data, to) {
      sockets.get(familyOf(to.host))?.send(data, to.port, to.host)
    },
    take(taker) {
      takers.add(taker)
      return { [Symbol.dispose]: () => void takers.delete(taker) }
    },
    async [Symbol.asyncDispose]() {
      takers.clear()
      const open = [...sockets.values()]
      sockets.clear()
      await Promise.all(open.map(close))
    },
  }
}

export function familyOf(host: string): Family {
  return host.includes(':') ? 'IPv6' : 'IPv4'
}

function familiesOf(host: string | undefined): readonly Family[] {
  return host === undefined ? ['IPv4', 'IPv6'] : [familyOf(host)]
}

function makeSocket(family: Family): Socket {
  return createSocket({
    type: family === 'IPv6' ? 'udp6' : 'udp4',
    ipv6Only: family === 'IPv6',
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
    // Whatever comes here is an address already: names are never looked up.
    lookup: (host, _options, done) => {
      const version = isIP(host.split('%')[0] ?? '')
      done(version === 0 ? new Error('no address') : null, host, version)
    },
  })
}

/** False when this computer has no such family. */
async function bind(
  socket: Socket,
  family: Family,
  host: string | undefined,
  port: number,
): Promise<boolean> {
  const address = host ?? (family === 'IPv6' ? '::' : '0.0.0.0')
  try {
    // Since addresses are not looked up, it may be bound before `bind` returns.
    const listening = once(socket, 'listening')
    socket.bind({ port, address, exclusive: true })
    await listening
  } catch (error) {
    socket.close()
    if (host === undefined && isMissingFamily(error)) return false
    throw error
  }
  // What can't be sent is lost, as it could be on the way.
  socket.on('error', () => {})
  return true
}

function isMissingFamily(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve())
  })
}

/** A burst of many connections at once; the system gives as much of it as it may. */
const bufferBytes = 4 * 1024 * 1024
