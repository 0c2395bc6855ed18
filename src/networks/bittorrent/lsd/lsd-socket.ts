import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { Topic } from '../../../base/topic.ts'
import type { Multicast, OpenMulticast, Packet } from '../../../mesh/discovery/multicast-socket.ts'
import { lsdGroups, lsdPort } from './lsd-message.ts'

/** Multicast on the group of BEP 14, of one family on one interface. The port is shared with other clients. */
export const openLsdMulticast: OpenMulticast = async (place): Promise<Multicast> => {
  const { family, at, host } = place
  const zone = family === 'IPv6' ? `%${at.name}` : ''
  const group = `${lsdGroups[family].group}${zone}`
  const via = family === 'IPv6' ? `::${zone}` : host
  const socket = createSocket({
    type: family === 'IPv6' ? 'udp6' : 'udp4',
    reuseAddr: true,
    ...(family === 'IPv6' && { ipv6Only: true }),
  })
  const heard = new Topic<Packet>()
  socket.on('message', (data, { address }) => heard.publish({ data, source: address }))
  try {
    socket.bind({ port: lsdPort, exclusive: true })
    await once(socket, 'listening')
    socket.addMembership(lsdGroups[family].group, via)
    socket.setMulticastInterface(via)
    // The wire that it is meant for, and no further.
    socket.setMulticastTTL(1)
    socket.setMulticastLoopback(true)
  } catch (error) {
    socket.close()
    throw error
  }
  // An interface that goes away is noticed by whoever watches the interfaces.
  socket.on('error', () => {})
  return {
    heard,
    send: (data) => send(socket, data, group),
    [Symbol.asyncDispose]: () => close(socket),
  }
}

function send(socket: Socket, data: Uint8Array, group: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.send(data, lsdPort, group, () => resolve())
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
