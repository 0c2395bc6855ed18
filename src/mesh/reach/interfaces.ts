import { networkInterfaces } from 'node:os'
import type { Clock } from '../../base/clock.ts'
import { Topic } from '../../base/topic.ts'
import type { Interfaces, NetworkInterface } from '../mesh.ts'
import { formatIp, parseIp, sharesPrefix } from './ip.ts'
import type { Ip } from './ip.ts'

/**
 * Watches the network interfaces of this computer. No platform tells Node when they change, so they are
 * read again every few seconds.
 */
export function openInterfaces(clock: Clock, read: () => readonly NetworkInterface[]): Interfaces {
  const changed = new Topic<readonly NetworkInterface[]>()
  let now = read()
  let timer = clock.after(readEveryMs, look)
  function look(): void {
    timer = clock.after(readEveryMs, look)
    const next = read()
    if (JSON.stringify(next) === JSON.stringify(now)) return
    now = next
    changed.publish(now)
  }
  return {
    all: () => now,
    changed,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  }
}

/** The interfaces of this computer that are up and have an address, in an order that does not vary. */
export function systemInterfaces(): NetworkInterface[] {
  return Object.entries(networkInterfaces())
    .map(([name, addresses = []]) => ({
      name,
      addresses: addresses
        .flatMap(({ address, cidr }) => {
          const ip = parseIp(address)
          return ip ? [{ host: formatIp(ip), prefixBits: prefixBitsOf(ip, cidr) }] : []
        })
        .toSorted((a, b) => (a.host < b.host ? -1 : 1)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The interface that `ip` is on the wire of, itself included: by its zone, or by a common prefix. */
export function interfaceOf(
  ip: Ip,
  interfaces: readonly NetworkInterface[],
): NetworkInterface | undefined {
  return interfaces.find(({ name, addresses }) =>
    ip.zone === undefined
      ? addresses.some(({ host, prefixBits }) => onWire(ip, host, prefixBits))
      : ip.zone === name,
  )
}

/** A mask that takes in half the internet, or is none, says nothing about what is on the wire: nobody else is. */
export function prefixBitsOf(ip: Ip, cidr: string | null): number {
  const bits = Number(cidr?.split('/')[1])
  return bits >= ip.bytes.length * 2 ? bits : ip.bytes.length * 8
}

function onWire(ip: Ip, host: string, prefixBits: number): boolean {
  const own = parseIp(host)
  return own !== undefined && sharesPrefix(own.bytes, ip.bytes, prefixBits)
}

/** Soon enough for a computer that was opened or moved, and too seldom to be noticed (it takes about 50 µs). */
const readEveryMs = 5_000
