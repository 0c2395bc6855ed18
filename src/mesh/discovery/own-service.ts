import { displayText } from '../../base/display-text.ts'
import type { NetworkInterface, PeerId } from '../mesh.ts'
import { classOf } from '../reach/address-ranges.ts'
import { isV6, parseIp } from '../reach/ip.ts'
import { labelBytesMax } from './dns-message.ts'
import type { DnsRecord } from './dns-message.ts'
import { writeServiceText } from './service-text.ts'

/** What this node says of itself. */
export interface OwnService {
  readonly peer: PeerId
  /** What people see; on the LAN it has a short form of the PeerId behind it. */
  readonly name: string
  /** Where it listens. */
  readonly port: number
}

/** Source: docs/protocols/discovery.md. `_fullmesh` is at most 15 characters (RFC 6763, section 7). */
export const serviceType = '_fullmesh._tcp.local'

/** Where tools ask which kinds of service there are (RFC 6763, section 9). */
export const typesName = '_services._dns-sd._udp.local'

/** RFC 6762, section 10: what depends on the computer's addresses goes stale sooner. */
const hostTtlSeconds = 120
const otherTtlSeconds = 75 * 60

/** The name of this node's instance, without the type. `attempt` counts from 1; others are for after a conflict. */
export function instanceLabel({ name, peer }: OwnService, attempt: number): string {
  const ending = `${peer.slice(0, shortIdChars)}${attempt > 1 ? ` ${attempt}` : ''}`
  // The codec takes every dot for the end of a label, and refuses what stands for unreadable bytes.
  const shown = displayText(name.toWellFormed().replaceAll(/[.\uFFFD]/g, ' '), labelBytesMax)
  return `${withinBytes(shown, labelBytesMax - ending.length - 1)} ${ending}`.trimStart()
}

/** The part of a label that its node's user chose, safe to show; all of it when it is of another form. */
export function nameOfLabel(label: string, peer: PeerId): string {
  const shown = displayText(label, labelBytesMax)
  const at = shown.lastIndexOf(` ${peer.slice(0, shortIdChars)}`)
  return at > 0 ? shown.slice(0, at) : shown
}

/** All that this node announces on one interface: its addresses there, and no others. */
export function ownRecords(
  service: OwnService,
  attempt: number,
  { addresses }: NetworkInterface,
): DnsRecord[] {
  const instance = `${instanceLabel(service, attempt)}.${serviceType}`
  const host = `fullmesh-${service.peer.slice(0, 12)}${attempt > 1 ? `-${attempt}` : ''}.local`
  const shared = { ttlSeconds: otherTtlSeconds, flush: false }
  return [
    { ...shared, type: 'PTR', name: typesName, target: serviceType },
    { ...shared, type: 'PTR', name: serviceType, target: instance },
    {
      type: 'SRV',
      name: instance,
      ttlSeconds: hostTtlSeconds,
      flush: true,
      target: host,
      port: service.port,
    },
    {
      type: 'TXT',
      name: instance,
      ttlSeconds: otherTtlSeconds,
      flush: true,
      strings: writeServiceText(service.peer),
    },
    ...addresses
      .flatMap(({ host: address }) => addressRecord(host, address))
      .slice(0, addressesMax),
  ]
}

function addressRecord(name: string, address: string): DnsRecord[] {
  const ip = parseIp(address)
  if (!ip || classOf(ip) === 'nowhere') return []
  const type = isV6(ip) ? 'AAAA' : 'A'
  return [{ type, name, ttlSeconds: hostTtlSeconds, flush: true, host: address }]
}

/** 30 bits: enough to tell nodes of one name apart on a LAN. */
const shortIdChars = 6

/** More on one interface are temporary ones (RFC 8981) that will be gone. */
const addressesMax = 8

function withinBytes(text: string, bytesMax: number): string {
  let fitting = ''
  for (const character of text) {
    if (Buffer.byteLength(fitting + character) > bytesMax) break
    fitting += character
  }
  return fitting.trimEnd()
}
