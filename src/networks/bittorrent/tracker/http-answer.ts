import { displayText } from '../../../base/display-text.ts'
import { MalformedError } from '../../../base/errors.ts'
import { formatIp, parseIp } from '../../../mesh/reach/ip.ts'
import { BencodedDictionary, isList, utf8 } from '../bencode/bencode.ts'
import type { Bencoded } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import type { PeerAddress, SwarmId } from '../bittorrent.ts'
import { compactBytes, parseCompactList } from '../compact-address.ts'
import { bytesOfSwarm } from '../swarm-id.ts'
import { peersMax, TrackerError } from './tracker.ts'
import type { SwarmCounts, TrackerAnswer } from './tracker.ts'

/**
 * What an HTTP tracker says: a bencoded dictionary.
 *     key              value
 *     failure reason   text; then nothing else counts
 *     warning message  text
 *     interval         seconds until the next announce
 *     min interval     seconds that have to lie between two
 *     complete         peers that have all
 *     incomplete       peers that have not
 *     peers            compact IPv4 addresses, or a list of dictionaries of `ip` and `port`
 *     peers6           compact IPv6 addresses
 *     external ip      where it saw us, 4 or 16 bytes
 *     tracker id       to be shown again
 * Throws TrackerError. Sources: BEP 3, 7, 23, 24
 */
export function parseHttpAnswer(body: Uint8Array): TrackerAnswer {
  const answer = decodeAnswer(body)
  const peers6 = answer.bytes('peers6')
  const seenIp = answer.bytes('external ip')
  const warning = answer.text('warning message')
  return {
    peers: [
      ...parsePeers(answer.entries.get('peers')),
      ...(peers6 ? parseCompactList(peers6, compactBytes.IPv6, peersMax) : []),
    ].slice(0, peersMax),
    intervalMs: milliseconds(answer.integer('interval')),
    intervalMinMs: milliseconds(answer.integer('min interval')),
    seeders: count(answer.integer('complete')),
    leechers: count(answer.integer('incomplete')),
    seenIp: seenIp?.length === 4 || seenIp?.length === 16 ? seenIp : undefined,
    trackerId: trackerIdOf(answer.bytes('tracker id')),
    warning: warning === undefined ? undefined : displayText(warning, wordsMax),
  }
}

/** A dictionary `files` of one dictionary a swarm. Swarms that it does not know are left out. Throws TrackerError. */
export function parseHttpScrape(
  body: Uint8Array,
  swarms: readonly SwarmId[],
): ReadonlyMap<SwarmId, SwarmCounts> {
  const files = decodeAnswer(body).dictionary('files')
  const counts = new Map<SwarmId, SwarmCounts>()
  for (const swarm of swarms) {
    const file = files?.dictionary(Buffer.from(bytesOfSwarm(swarm)).toString('latin1'))
    if (!file) continue
    counts.set(swarm, {
      seeders: count(file.integer('complete')) ?? 0,
      leechers: count(file.integer('incomplete')) ?? 0,
      downloads: count(file.integer('downloaded')) ?? 0,
    })
  }
  return counts
}

function decodeAnswer(body: Uint8Array): BencodedDictionary {
  const answer = decode(body)
  const failure = answer.text('failure reason')
  if (failure === undefined) return answer
  throw new TrackerError(`The tracker refuses: ${displayText(failure, wordsMax)}`)
}

function decode(body: Uint8Array): BencodedDictionary {
  try {
    return decodeDictionary(body, { depthMax: 8, tokensMax: 10_000, keys: 'any' })
  } catch (cause) {
    if (!(cause instanceof MalformedError)) throw cause
    throw new TrackerError('What the tracker says is no answer.', { cause })
  }
}

function parsePeers(peers: Bencoded | undefined): readonly PeerAddress[] {
  if (peers instanceof Uint8Array) return parseCompactList(peers, compactBytes.IPv4, peersMax)
  if (!isList(peers)) return []
  return peers.slice(0, peersMax).flatMap((peer) => {
    if (!(peer instanceof BencodedDictionary)) return []
    const [host, port] = [peer.bytes('ip'), peer.integer('port')]
    const ip = host && parseIp(utf8(host))
    if (!ip || port === undefined || port < 1 || port > 65_535) return []
    return [{ host: formatIp(ip), port }]
  })
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds < 0 ? undefined : seconds * 1_000
}

function count(number: number | undefined): number | undefined {
  return number === undefined || number < 0 ? undefined : number
}

function trackerIdOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && bytes.length <= trackerIdBytesMax ? Uint8Array.from(bytes) : undefined
}

const wordsMax = 200

/** It goes into each URL from now on. */
const trackerIdBytesMax = 256
