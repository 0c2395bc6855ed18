/**
 * Magnet links: a torrent named by its hash, and perhaps where to begin to look for it.
 *
 *     parameter  meaning                                                 source
 *     xt         urn:btih: 40 hex digits or 32 of base32 (v1);           BEP 9
 *                urn:btmh: a multihash, 1220 and 64 hex digits (v2)      BEP 52
 *     dn         a name until the true one is known
 *     tr         a tracker, each in a tier of its own
 *     ws         a web seed                                              BEP 19
 *     x.pe       the address of a peer                                   BEP 9
 *     so         which files are wanted: 0,2,5-7                         BEP 53
 */
import { fromBase32, fromHex, toHex } from '../../../base/bytes.ts'
import { MalformedError } from '../../../base/errors.ts'
import type { PeerAddress, SwarmId } from '../bittorrent.ts'
import type { Metainfo } from '../metainfo/metainfo.ts'
import { parsePeerAddress } from '../peer-address.ts'
import { parseSwarmId, swarmIdBytes } from '../swarm-id.ts'

export interface Magnet {
  /** SHA-1 of the info dictionary, 20 bytes. */
  readonly hashV1: Uint8Array | undefined
  /** SHA-256 of it, 32 bytes. At least one of the two is there. */
  readonly hashV2: Uint8Array | undefined
  /** Untrusted. */
  readonly name: string | undefined
  readonly trackers: readonly string[]
  readonly webSeeds: readonly string[]
  readonly peers: readonly PeerAddress[]
  /** Ranges of file indexes, both ends included; undefined: all files. */
  readonly select: readonly FileRange[] | undefined
}

export interface FileRange {
  readonly first: number
  readonly last: number
}

export function isMagnet(text: string): boolean {
  return /^magnet:\?/i.test(text)
}

/** Throws MalformedError. Trackers, web seeds and peers that make no sense are left out. */
export function parseMagnet(text: string): Magnet {
  if (!isMagnet(text)) throw malformed('it does not begin with "magnet:?"')
  if (text.length > magnetCharsMax) throw malformed('it is too long')
  const fields = new URLSearchParams(text.slice(text.indexOf('?') + 1))
  const all = (key: string) => fields.getAll(key).concat(numbered(fields, key))
  const topics = all('xt')
  const [hashV1, hashV2] = [findHash(topics, v1Topic), findHash(topics, v2Topic)]
  if (!hashV1 && !hashV2) throw malformed('it names no torrent')
  const select = fields.get('so')
  return {
    hashV1,
    hashV2,
    name: fields.get('dn') ?? undefined,
    trackers: all('tr').slice(0, listedMax),
    webSeeds: all('ws').slice(0, listedMax),
    peers: all('x.pe').slice(0, listedMax).flatMap(peerIn),
    select: select === null ? undefined : parseSelect(select),
  }
}

/** The link that `parseMagnet` reads back. */
export function formatMagnet(magnet: Partial<Magnet>): string {
  const { hashV1, hashV2, name, trackers = [], webSeeds = [], peers = [], select } = magnet
  const fields = [
    ...(hashV1 ? [`xt=urn:btih:${toHex(hashV1)}`] : []),
    ...(hashV2 ? [`xt=urn:btmh:${multihash}${toHex(hashV2)}`] : []),
    ...(name === undefined ? [] : [`dn=${encodeURIComponent(name)}`]),
    ...trackers.map((url) => `tr=${encodeURIComponent(url)}`),
    ...webSeeds.map((url) => `ws=${encodeURIComponent(url)}`),
    ...peers.map(({ host, port }) => `x.pe=${host.includes(':') ? `[${host}]` : host}:${port}`),
    ...(select ? [`so=${select.map(formatRange).join(',')}`] : []),
  ]
  return `magnet:?${fields.join('&')}`
}

/** The link to a torrent of which all is known. */
export function magnetOf({ info, trackers }: Pick<Metainfo, 'info' | 'trackers'>): Partial<Magnet> {
  const { hashV1, hashV2, name } = info
  return { hashV1, hashV2, name, trackers: trackers.flat().slice(0, listedMax) }
}

/** Under which its swarms meet: v1 first. */
export function swarmsOf({ hashV1, hashV2 }: Pick<Magnet, 'hashV1' | 'hashV2'>): SwarmId[] {
  return [hashV1, hashV2?.subarray(0, swarmIdBytes)].flatMap((hash) =>
    hash ? [parseSwarmId(hash)] : [],
  )
}

/** `0,2,5-7`. Throws MalformedError. */
export function parseSelect(text: string): readonly FileRange[] {
  return text.split(',').map((range) => {
    const [, first = '', last = first] = rangeForm.exec(range) ?? []
    if (first === '' || Number(last) < Number(first)) {
      throw malformed('what it selects is not written like 0,2,5-7')
    }
    return { first: Number(first), last: Number(last) }
  })
}

export function isSelected(select: readonly FileRange[] | undefined, index: number): boolean {
  return select?.some(({ first, last }) => index >= first && index <= last) ?? true
}

function formatRange({ first, last }: FileRange): string {
  return first === last ? String(first) : `${first}-${last}`
}

/** Several of a kind may be written as `tr.1`, `tr.2`. */
function numbered(fields: URLSearchParams, key: string): string[] {
  return Array.from(fields).flatMap(([name, value]) =>
    name.startsWith(`${key}.`) && /^\d+$/.test(name.slice(key.length + 1)) ? [value] : [],
  )
}

type Topic = (text: string) => Uint8Array | undefined

function findHash(topics: readonly string[], read: Topic): Uint8Array | undefined {
  for (const topic of topics) {
    const hash = read(topic)
    if (hash) return hash
  }
  return undefined
}

const v1Topic: Topic = (text) => {
  const [, hash = ''] = /^urn:btih:(\w+)$/i.exec(text) ?? []
  if (hash.length === 40) return fromHex(hash.toLowerCase())
  return hash.length === 32 ? fromBase32(hash.toLowerCase()) : undefined
}

const v2Topic: Topic = (text) => {
  const [, hash = ''] = /^urn:btmh:1220([0-9a-f]{64})$/i.exec(text) ?? []
  return hash === '' ? undefined : fromHex(hash.toLowerCase())
}

function peerIn(text: string): PeerAddress[] {
  try {
    return [parsePeerAddress(text)]
  } catch (error) {
    if (error instanceof MalformedError) return []
    throw error
  }
}

function malformed(detail: string): MalformedError {
  return new MalformedError('magnet link', detail)
}

/** SHA-256, 32 bytes. */
const multihash = '1220'

const rangeForm = /^(\d{1,7})(?:-(\d{1,7}))?$/

/** Longer than any that people pass on. */
const magnetCharsMax = 64 * 1024

const listedMax = 64
