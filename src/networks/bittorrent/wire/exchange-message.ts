import { concatBytes } from '../../../base/bytes.ts'
import type { BencodedDictionary } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { compactBytes, encodeCompact, parseCompactList } from '../compact-address.ts'
import { ProtocolError } from './protocol-error.ts'

/**
 * The payload of `ut_pex`: whom the sender has met and lost since the last one. BEP 11.
 *     key               meaning
 *     added, added6     compact addresses
 *     added.f, added6.f one byte each: 1 prefers encryption, 2 a seed, 4 uTP, 16 was dialled by the sender
 *     dropped, dropped6 compact addresses
 */
export interface ExchangeMessage {
  readonly added: readonly PeerAddress[]
  readonly dropped: readonly PeerAddress[]
}

export function encodeExchange({ added, dropped }: ExchangeMessage): Uint8Array {
  const [added4, added6] = byFamily(added)
  const [dropped4, dropped6] = byFamily(dropped)
  return encode({
    added: concatBytes(added4),
    'added.f': new Uint8Array(added4.length),
    added6: concatBytes(added6),
    'added6.f': new Uint8Array(added6.length),
    dropped: concatBytes(dropped4),
    dropped6: concatBytes(dropped6),
  })
}

/** At most `exchangedMax` of each kind. Throws ProtocolError. */
export function decodeExchange(payload: Uint8Array): ExchangeMessage {
  const found = dictionaryIn(payload)
  return { added: peersIn(found, 'added'), dropped: peersIn(found, 'dropped') }
}

function byFamily(peers: readonly PeerAddress[]): [Uint8Array[], Uint8Array[]] {
  const compact = peers.map(encodeCompact)
  const of = (bytes: number) => compact.filter(({ length }) => length === bytes)
  return [of(compactBytes.IPv4), of(compactBytes.IPv6)]
}

function peersIn(found: BencodedDictionary, key: string): readonly PeerAddress[] {
  const [v4, v6] = [found.bytes(key) ?? none, found.bytes(`${key}6`) ?? none]
  const peers = [
    ...parseCompactList(v4, compactBytes.IPv4, exchangedMax),
    ...parseCompactList(v6, compactBytes.IPv6, exchangedMax),
  ]
  return peers.slice(0, exchangedMax)
}

const none = new Uint8Array(0)

function dictionaryIn(payload: Uint8Array): BencodedDictionary {
  try {
    return decodeDictionary(payload, { keys: 'any', depthMax: 3, tokensMax: 100 })
  } catch {
    throw new ProtocolError("its exchange of peers can't be read")
  }
}

/** BEP 11 allows 50; some programs send up to twice as many the first time. */
export const exchangedMax = 100
