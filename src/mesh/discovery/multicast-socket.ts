import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { Topic } from '../../base/topic.ts'
import type { WirePlace } from './wire-place.ts'

/** What came on a wire. */
export interface Packet {
  readonly data: Uint8Array
  /** The IP address that it claims to come from. */
  readonly source: string
}

/** Sends to, and hears, all that take part in multicast DNS on one wire. */
export interface Multicast extends AsyncDisposable {
  readonly heard: Topic<Packet>
  /** Resolves when the system has taken it, or could not: then it is lost, as it could be on the way. */
  send(data: Uint8Array): Promise<void>
}

/** Rejects with the system's error when the wire does not carry multicast or the port is somebody's alone. */
export type OpenMulticast = (place: WirePlace) => Promise<Multicast>

/**
 * Opens UDP sockets on the port of multicast DNS, which every responder of a computer shares. On Linux a
 * socket is bound to the group and not to the port alone: else it would take, from a responder of the
 * system, answers that were sent to this computer only.
 */
export function multicastOn(port: number): OpenMulticast {
  return async (place) => {
    const group = groups[place.family]
    const zone = place.family === 'IPv6' ? `%${place.at.name}` : ''
    const socket = createSocket(socketOptions[place.family])
    const heard = new Topic<Packet>()
    socket.on('message', (data, { address: source }) => heard.publish({ data, source }))
    try {
      await bind(socket, process.platform === 'linux' ? `${group}${zone}` : undefined, port)
      join(socket, place, group)
    } catch (error) {
      socket.close()
      throw error
    }
    // An interface that goes away is noticed by whoever watches the interfaces.
    socket.on('error', () => {})
    return {
      heard,
      send: (data) => send(socket, data, port, `${group}${zone}`),
      [Symbol.asyncDispose]: () => close(socket),
    }
  }
}

/** RFC 6762, section 3. */
const groups = { IPv4: '224.0.0.251', IPv6: 'ff02::fb' } as const
export const multicastDnsPort = 5353

const socketOptions = {
  IPv4: { type: 'udp4', reuseAddr: true },
  IPv6: { type: 'udp6', reuseAddr: true, ipv6Only: true },
} as const

/** RFC 6762, section 11: so that whoever receives it can tell that it came by no router. */
const hopsMax = 255

async function bind(socket: Socket, address: string | undefined, port: number): Promise<void> {
  // A worker of a cluster would else share its parent's socket.
  socket.bind({ port, exclusive: true, ...(address !== undefined && { address }) })
  await once(socket, 'listening')
}

function join(socket: Socket, { family, host, at }: WirePlace, group: string): void {
  const via = family === 'IPv6' ? `::%${at.name}` : host
  socket.addMembership(group, via)
  socket.setMulticastInterface(via)
  socket.setMulticastTTL(hopsMax)
  // Others on this computer, the system's responder above all, hear us only so.
  socket.setMulticastLoopback(true)
}

function send(socket: Socket, data: Uint8Array, port: number, address: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.send(data, port, address, () => resolve())
    } catch {
      // It was closed meanwhile.
      resolve()
    }
  })
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve())
  })
}
