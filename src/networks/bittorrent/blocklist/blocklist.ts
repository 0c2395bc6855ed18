/**
 * Blocklists: address ranges that the user does not want to have to do with.
 *
 * Job: reading the lists that go round (PeerGuardian's, eMule's, plain ranges), and telling whether an
 * address is on one. Non-goals: fetching them, judging what is on them.
 */
import { parseIp } from '../../../mesh/reach/ip.ts'

/** Ranges, merged and in order, of IPv4 and IPv6 apart. Made by `parseBlocklist`. */
export interface Blocklist {
  readonly ranges: number
  /** Lines that were none of the known forms; comments and empty ones are not counted. */
  readonly skipped: number
  has(host: string): boolean
}

interface Range {
  readonly from: bigint
  to: bigint
}

/**
 * Reads a list, line by line:
 *     form                                     source
 *     Some words:1.2.3.0-1.2.3.255             PeerGuardian (.p2p)
 *     001.002.003.000 - 001.002.003.255 , 100  eMule (.dat); from 128 on a line allows
 *     1.2.3.0/24   2001:db8::/32   1.2.3.4     plain
 *     # or // at its start                     a comment
 * A million ranges take about 100 MB, and more are left out.
 */
export function parseBlocklist(text: string): Blocklist {
  const byFamily = { v4: [] as Range[], v6: [] as Range[] }
  let skipped = 0
  for (const line of linesOf(text)) {
    const found = parseLine(line)
    if (found === undefined) skipped += 1
    else if (found !== 'allowed' && byFamily.v4.length + byFamily.v6.length < rangesMax) {
      byFamily[found.family].push({ from: found.from, to: found.to })
    }
  }
  const [v4, v6] = [merged(byFamily.v4), merged(byFamily.v6)]
  return {
    ranges: v4.length + v6.length,
    skipped,
    has(host) {
      const ip = parseIp(host)
      return ip !== undefined && isIn(ip.bytes.length === 4 ? v4 : v6, numberOf(ip.bytes))
    },
  }
}

type Found = { readonly family: 'v4' | 'v6'; readonly from: bigint; readonly to: bigint }

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? undefined : end).trim()
    at = end < 0 ? text.length : end + 1
    if (line !== '' && !/^(?:#|\/\/)/.test(line)) yield line.slice(-lineCharsMax)
  }
}

function parseLine(line: string): Found | 'allowed' | undefined {
  const [, from = '', to = '', level = '0'] = emule.exec(line) ?? peerGuardian.exec(line) ?? []
  if (from !== '') return Number(level) >= allowedFrom ? 'allowed' : range(from, to)
  const [, single = '', bits] = plain.exec(line) ?? []
  return block(single, bits)
}

function range(fromText: string, toText: string): Found | undefined {
  const [from, to] = [parseIp(trimmed(fromText)), parseIp(trimmed(toText))]
  if (!from || !to || from.bytes.length !== to.bytes.length) return undefined
  const found = { from: numberOf(from.bytes), to: numberOf(to.bytes) }
  if (found.from > found.to) return undefined
  return { family: from.bytes.length === 4 ? 'v4' : 'v6', ...found }
}

function block(text: string, bitsText: string | undefined): Found | undefined {
  const ip = parseIp(text)
  if (!ip) return undefined
  const width = ip.bytes.length * 8
  const bits = bitsText === undefined ? width : Number(bitsText)
  if (bits > width) return undefined
  const rest = (1n << BigInt(width - bits)) - 1n
  const from = numberOf(ip.bytes) & ~rest
  return { family: width === 32 ? 'v4' : 'v6', from, to: from | rest }
}

/** eMule's lists fill numbers up with zeros, which elsewhere would be octal. */
function trimmed(text: string): string {
  return text.includes(':') ? text : text.replace(/\b0+(?=\d)/g, '')
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function merged(ranges: Range[]): readonly Range[] {
  ranges.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  const kept: Range[] = []
  for (const each of ranges) {
    const last = kept.at(-1)
    if (!last || each.from > last.to + 1n) kept.push(each)
    else if (each.to > last.to) last.to = each.to
  }
  return kept
}

/** Halves what is left until the last range that begins at or below `address` is found. */
function isIn(ranges: readonly Range[], address: bigint): boolean {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle]?.from ?? 0n) <= address) low = middle + 1
    else high = middle
  }
  const last = ranges[low - 1]
  return last !== undefined && address <= last.to
}

const address = String.raw`[0-9a-fA-F:.]+`
const emule = new RegExp(String.raw`^(${address})\s*-\s*(${address})\s*,\s*(\d{1,3})\b`)
const peerGuardian = new RegExp(
  String.raw`(?:^|:)\s*(\d[\d.]*|[0-9a-fA-F:]*::?[0-9a-fA-F:.]*)\s*-\s*(${address})$`,
)
const plain = new RegExp(String.raw`^(${address})(?:\/(\d{1,3}))?$`)

/** eMule: lower levels are worse. */
const allowedFrom = 128

const rangesMax = 1_000_000

/** The words before a range may be of any length; they are of no use. */
const lineCharsMax = 200
