import type { BencodedDictionary } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { decodeCompactPeers, encodeCompactPeers } from './compact-peers.ts'
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
  const [added4, added6] = [encodeCompactPeers(added, 4), encodeCompactPeers(added, 6)]
  return encode({
    added: added4,
    'added.f': new Uint8Array(added4.length / 6),
    added6,
    'added6.f': new Uint8Array(added6.length / 18),
    dropped: encodeCompactPeers(dropped, 4),
    dropped6: encodeCompactPeers(dropped, 6),
  })
}

/** At most `exchangedMax` of each kind. Throws ProtocolError. */
export function decodeExchange(payload: Uint8Array): ExchangeMessage {
  const found = dictionaryIn(payload)
  return { added: peersIn(found, 'added'), dropped: peersIn(found, 'dropped') }
}

function peersIn(found: BencodedDictionary, key: string): readonly PeerAddress[] {
  const [v4, v6] = [found.bytes(key), found.bytes(`${key}6`)]
  const peers = [
    ...decodeCompactPeers(v4 ?? new Uint8Array(0), 4),
    ...decodeCompactPeers(v6 ?? new Uint8Array(0), 6),
  ]
  return peers.slice(0, exchangedMax)
}

function dictionaryIn(payload: Uint8Array): BencodedDictionary {
  try {
    return decodeDictionary(payload, { keys: 'any', depthMax: 3, tokensMax: 100 })
  } catch {
    throw new ProtocolError("its exchange of peers can't be read")
  }
}

/** BEP 11 allows 50; some programs send up to twice as many the first time. */
export const exchangedMax = 100
