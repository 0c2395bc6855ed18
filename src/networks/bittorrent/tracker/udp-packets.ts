import { displayText } from '../../../base/display-text.ts'
import type { SwarmId } from '../bittorrent.ts'
import { compactBytes, parseCompactList } from '../compact-address.ts'
import { bytesOfSwarm } from '../swarm-id.ts'
import type { Family } from '../udp/udp-port.ts'
import { peersMax, scrapedMax } from './tracker.ts'
import type { SwarmCounts, TrackerAnswer, TrackerQuestion } from './tracker.ts'

/** The first 16 bytes of each question, as far as they differ. */
export interface QuestionHead {
  /** 8 bytes: what the tracker gave to the address that asks. */
  readonly connection: Uint8Array
  readonly transaction: number
}

/**
 * Asks for a connection id, which proves our address to the tracker. 16 bytes, big-endian.
 *     at  bytes  field
 *      0      8  magic        0x41727101980
 *      8      4  action       0
 *     12      4  transaction
 * Source: BEP 15
 */
export function encodeConnect(transaction: number): Uint8Array {
  const data = Buffer.alloc(16)
  data.writeBigUInt64BE(0x41727101980n, 0)
  data.writeUInt32BE(actions.connect, 8)
  data.writeUInt32BE(transaction, 12)
  return data
}

/**
 * Announces. 98 bytes, and the options of BEP 41: the path of the URL in parts of up to 255 bytes.
 *     at  bytes  field              at  bytes  field
 *      0      8  connection         72      8  uploaded
 *      8      4  action 1           80      4  event: 0 none, 1 completed, 2 started, 3 stopped
 *     12      4  transaction        84      4  address: 0, that of the sender
 *     16     20  swarm              88      4  key
 *     36     20  peer id            92      4  peers wanted
 *     56      8  downloaded         96      2  port
 *     64      8  left               98      …  options: 2, length, part of the path; as often as needed
 */
export function encodeAnnounce(
  head: QuestionHead,
  question: TrackerQuestion,
  path: string,
): Uint8Array {
  const data = Buffer.alloc(98)
  writeHead(data, head, actions.announce)
  data.set(bytesOfSwarm(question.swarm), 16)
  data.set(question.peerId, 36)
  const { downloadedBytes, leftBytes, uploadedBytes } = question.progress
  data.writeBigUInt64BE(BigInt(downloadedBytes), 56)
  data.writeBigUInt64BE(BigInt(leftBytes), 64)
  data.writeBigUInt64BE(BigInt(uploadedBytes), 72)
  data.writeUInt32BE(question.event === undefined ? 0 : events[question.event], 80)
  data.writeUInt32BE(question.key, 88)
  data.writeUInt32BE(question.peersWanted, 92)
  data.writeUInt16BE(question.port, 96)
  const url = Buffer.from(path)
  const options: Uint8Array[] = []
  for (let at = 0; at < url.length; at += 255) {
    const part = url.subarray(at, at + 255)
    options.push(Uint8Array.of(2, part.length), part)
  }
  return Buffer.concat([data, ...options])
}

/** Asks for numbers: the 16 bytes of the head with action 2, and 20 bytes a swarm. */
export function encodeScrape(head: QuestionHead, swarms: readonly SwarmId[]): Uint8Array {
  const data = Buffer.alloc(16)
  writeHead(data, head, actions.scrape)
  return Buffer.concat([data, ...swarms.slice(0, scrapedMax).map(bytesOfSwarm)])
}

/** What came, as far as all answers are alike: 4 bytes of action, 4 of transaction; undefined for what is none. */
export function parseHead(
  data: Uint8Array,
): { action: UdpAction; transaction: number } | undefined {
  if (data.length < 8) return undefined
  const view = viewOf(data)
  const action = actionNames[view.readUInt32BE(0)]
  return action && { action, transaction: view.readUInt32BE(4) }
}

/** The 8 bytes of a connection id; undefined if the answer is too short. */
export function parseConnected(data: Uint8Array): Uint8Array | undefined {
  return data.length < 16 ? undefined : data.slice(8, 16)
}

/**
 * The answer to an announce: 20 bytes, and 6 or 18 bytes a peer, as the family of the packet is.
 *     at  bytes  field
 *      8      4  interval   seconds
 *     12      4  leechers
 *     16      4  seeders
 *     20      …  peers
 */
export function parseAnnounced(data: Uint8Array, family: Family): TrackerAnswer | undefined {
  if (data.length < 20) return undefined
  const view = viewOf(data)
  return {
    peers: parseCompactList(data.subarray(20), compactBytes[family], peersMax),
    intervalMs: view.readUInt32BE(8) * 1_000,
    intervalMinMs: undefined,
    leechers: view.readUInt32BE(12),
    seeders: view.readUInt32BE(16),
    seenIp: undefined,
    trackerId: undefined,
    warning: undefined,
  }
}

/** From byte 8 on 12 bytes a swarm, in the order in which they were asked for: seeders, downloads, leechers. */
export function parseScraped(
  data: Uint8Array,
  swarms: readonly SwarmId[],
): ReadonlyMap<SwarmId, SwarmCounts> {
  const view = viewOf(data)
  const counts = new Map<SwarmId, SwarmCounts>()
  for (const [index, swarm] of swarms.entries()) {
    const at = 8 + index * 12
    if (at + 12 > data.length) break
    const [seeders, downloads, leechers] = [0, 4, 8].map((offset) => view.readUInt32BE(at + offset))
    counts.set(swarm, { seeders: seeders ?? 0, downloads: downloads ?? 0, leechers: leechers ?? 0 })
  }
  return counts
}

/** The words of an error, from byte 8 on. */
export function parseFailure(data: Uint8Array): string {
  return displayText(viewOf(data).toString('utf8', 8), 200)
}

export type UdpAction = 'connect' | 'announce' | 'scrape' | 'failure'

const actionNames: readonly UdpAction[] = ['connect', 'announce', 'scrape', 'failure']
const actions = { connect: 0, announce: 1, scrape: 2 } as const
const events = { completed: 1, started: 2, stopped: 3 } as const

function writeHead(data: Buffer, { connection, transaction }: QuestionHead, action: number): void {
  data.set(connection, 0)
  data.writeUInt32BE(action, 8)
  data.writeUInt32BE(transaction, 12)
}

function viewOf(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
