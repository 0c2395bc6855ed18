import { parseIp, sharesPrefix } from './ip.ts'
import type { Ip } from './ip.ts'

/**
 * What an address is good for:
 *
 *     global       anywhere in the internet
 *     private      inside one network, a VPN or a provider's network; routable there
 *     link-local   on one wire only
 *     loopback     inside one computer
 *     reserved     examples, benchmarks, translations, what nobody was given: no peer is there in earnest
 *     metadata     where clouds answer their machines with secrets
 *     nowhere      unspecified, multicast, broadcast: never one peer
 */
export type AddressClass =
  | 'global'
  | 'private'
  | 'link-local'
  | 'loopback'
  | 'reserved'
  | 'metadata'
  | 'nowhere'

/** The class of an address: that of the narrowest range that holds it. */
export function classOf(ip: Ip): AddressClass {
  const range = ranges.find(({ bytes, bits }) => sharesPrefix(bytes, ip.bytes, bits))
  return range?.class ?? 'reserved'
}

type RangeRow = readonly [cidr: string, meaning: AddressClass, source: string]

/**
 * Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190) and the address
 * space registries; for metadata the clouds' own manuals.
 */
const rows: readonly RangeRow[] = [
  ['0.0.0.0/0', 'global', 'what the rows below leave'],
  ['0.0.0.0/8', 'nowhere', 'RFC 1122: this network'],
  ['10.0.0.0/8', 'private', 'RFC 1918'],
  ['100.64.0.0/10', 'private', 'RFC 6598: shared; also used by VPNs'],
  ['100.100.100.200/32', 'metadata', 'Alibaba Cloud'],
  ['127.0.0.0/8', 'loopback', 'RFC 1122'],
  ['168.63.129.16/32', 'metadata', 'Azure: its virtual host'],
  ['169.254.0.0/16', 'link-local', 'RFC 3927'],
  ['169.254.0.23/32', 'metadata', 'Tencent Cloud'],
  ['169.254.42.42/32', 'metadata', 'Scaleway'],
  ['169.254.169.0/24', 'metadata', 'AWS, Azure, Google, Oracle, OpenStack and others'],
  ['169.254.170.0/24', 'metadata', 'AWS: credentials of containers'],
  ['172.16.0.0/12', 'private', 'RFC 1918'],
  ['192.0.0.0/24', 'reserved', 'RFC 6890: protocol assignments'],
  ['192.0.0.192/32', 'metadata', 'Oracle Cloud, classic'],
  ['192.0.2.0/24', 'reserved', 'RFC 5737: examples'],
  ['192.31.196.0/24', 'reserved', 'RFC 7535: AS112'],
  ['192.52.193.0/24', 'reserved', 'RFC 7450: AMT'],
  ['192.88.99.0/24', 'reserved', 'RFC 7526: former 6to4 relays'],
  ['192.168.0.0/16', 'private', 'RFC 1918'],
  ['192.175.48.0/24', 'reserved', 'RFC 7534: AS112'],
  ['198.18.0.0/15', 'reserved', 'RFC 2544: benchmarks'],
  ['198.51.100.0/24', 'reserved', 'RFC 5737: examples'],
  ['203.0.113.0/24', 'reserved', 'RFC 5737: examples'],
  ['224.0.0.0/4', 'nowhere', 'RFC 1112: multicast'],
  ['240.0.0.0/4', 'reserved', 'RFC 1112: future use'],
  ['255.255.255.255/32', 'nowhere', 'RFC 919: broadcast'],
  ['2000::/3', 'global', 'RFC 4291: all that was given out so far'],
  ['::/128', 'nowhere', 'RFC 4291: unspecified'],
  ['::1/128', 'loopback', 'RFC 4291'],
  ['2001::/23', 'reserved', 'RFC 2928: protocol assignments, Teredo and ORCHID among them'],
  ['2001:db8::/32', 'reserved', 'RFC 3849: examples'],
  ['2002::/16', 'reserved', 'RFC 3056: 6to4, holds any IPv4 address'],
  ['2620:4f:8000::/48', 'reserved', 'RFC 7534: AS112'],
  ['3fff::/20', 'reserved', 'RFC 9637: examples'],
  ['fc00::/7', 'private', 'RFC 4193: unique local'],
  ['fd00:42::42/128', 'metadata', 'Scaleway'],
  ['fd00:c1::a9fe:a9fe/128', 'metadata', 'Oracle Cloud'],
  ['fd00:ec2::/32', 'metadata', 'AWS'],
  ['fd20:ce::254/128', 'metadata', 'Google Cloud'],
  ['fe80::/10', 'link-local', 'RFC 4291'],
  ['fe80::a9fe:a9fe/128', 'metadata', 'OpenStack'],
  ['ff00::/8', 'nowhere', 'RFC 4291: multicast'],
]

interface AddressRange {
  readonly bytes: Uint8Array
  readonly bits: number
  readonly class: AddressClass
}

const ranges: readonly AddressRange[] = rows
  .map(([cidr, addressClass]) => parseRange(cidr, addressClass))
  .toSorted((a, b) => b.bits - a.bits)

function parseRange(cidr: string, addressClass: AddressClass): AddressRange {
  const [text = '', bits] = cidr.split('/')
  const ip = parseIp(text)
  if (!ip) throw new Error(`${cidr} is no range`)
  return { bytes: ip.bytes, bits: Number(bits), class: addressClass }
}
