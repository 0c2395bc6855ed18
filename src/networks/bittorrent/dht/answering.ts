import { isList, utf8 } from '../bencode/bencode.ts'
import type { BencodedDictionary } from '../bencode/bencode.ts'
import type { Encodable } from '../bencode/encode.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { compactBytes, encodeCompact } from '../compact-address.ts'
import type { Reply } from '../krpc/krpc-port.ts'
import type { Question, Values } from '../krpc/message.ts'
import type { Family } from '../udp/udp-port.ts'
import { encodeContacts } from './contact.ts'
import type { Contact } from './contact.ts'
import type { ItemStore } from './item-store.ts'
import { bytesOfValue, decodedValue } from './item.ts'
import type { Item } from './item.ts'
import { nodeIdBytes } from './node-id.ts'
import type { NodeId } from './node-id.ts'
import type { PeerStore } from './peer-store.ts'
import type { Tokens } from './token.ts'

export interface AnsweringParts {
  readonly family: Family
  readonly id: NodeId
  readonly peers: PeerStore
  readonly items: ItemStore
  readonly tokens: Tokens
  /** The nearest known nodes of a family, nearest first. */
  readonly closest: (family: Family, target: NodeId) => readonly Contact[]
}

/**
 * What this node answers:
 *     question        arguments                                   answer
 *     ping            id                                          id
 *     find_node       id target want                              id nodes nodes6
 *     get_peers       id info_hash want                           id nodes nodes6 token values
 *     announce_peer   id info_hash port implied_port token        id
 *     get             id target seq want                          id nodes nodes6 token v k sig seq
 *     put             id token v, or with k sig seq salt cas      id
 * Any other that names a target is answered as find_node, since a newer protocol may be meant (BEP 5).
 * Sources: BEP 5, 32, 44
 */
export function answerQuestion(
  question: Question,
  from: PeerAddress,
  parts: AnsweringParts,
): Reply {
  const { values } = question
  if (values.bytes('id')?.length !== nodeIdBytes) return refusal(203, 'no id')
  switch (question.method) {
    case 'ping':
      return answer(() => ({ id: parts.id }))
    case 'announce_peer':
      return announcePeer(values, from, parts)
    case 'put':
      return put(values, from, parts)
    default:
      return find(question.method, values, from, parts)
  }
}

function find(
  method: string,
  values: BencodedDictionary,
  from: PeerAddress,
  parts: AnsweringParts,
): Reply {
  const target = values.bytes('target') ?? values.bytes('info_hash')
  if (target?.length !== nodeIdBytes)
    return refusal(method === 'find_node' ? 203 : 204, 'no target')
  const wanted = wantedFamilies(values, parts.family)
  return answer((roomBytes) => {
    const fields: Record<string, Encodable> = { id: parts.id }
    let room = roomBytes - fieldBytes('id', nodeIdBytes)
    const add = (key: string, bytes: Uint8Array) => {
      const needed = fieldBytes(key, bytes.length)
      if (needed > room) return
      room -= needed
      fields[key] = bytes
    }
    if (method === 'get_peers' || method === 'get') add('token', parts.tokens.issue(from.host))
    if (method === 'get_peers') {
      const each = compactBytes[parts.family] + 3
      const count = Math.min(valuesMax, Math.floor((room - listBytes) / each))
      const peers = parts.peers.peers(keyOf(target), count).map(encodeCompact)
      if (peers.length > 0) {
        fields['values'] = peers
        room -= listBytes + peers.length * each
      }
    }
    if (method === 'get')
      room -= addItem(fields, parts.items.get(target), values.integer('seq'), room)
    for (const family of wanted) {
      const contacts = [...parts.closest(family, target)]
      const key = family === 'IPv4' ? 'nodes' : 'nodes6'
      const each = nodeIdBytes + compactBytes[family]
      const count = Math.floor((room - fieldBytes(key, 0) - 2) / each)
      if (count > 0) add(key, encodeContacts(contacts.slice(0, count)))
    }
    return fields
  })
}

/** Puts in what of an item fits and is news to the asker; tells how many bytes that takes. */
function addItem(
  fields: Record<string, Encodable>,
  item: Item | undefined,
  knownSequence: number | undefined,
  room: number,
): number {
  if (!item) return 0
  const isNews =
    item.kind === 'immutable' || knownSequence === undefined || item.sequence > knownSequence
  const needed = item.value.length + (item.kind === 'mutable' ? 140 : 3)
  if (item.kind === 'mutable' && room >= 24) fields['seq'] = item.sequence
  if (!isNews || needed > room) return 24
  fields['v'] = decodedValue(item)
  if (item.kind === 'mutable') Object.assign(fields, { k: item.key, sig: item.signature })
  return needed
}

function announcePeer(values: BencodedDictionary, from: PeerAddress, parts: AnsweringParts): Reply {
  const swarm = values.bytes('info_hash')
  if (swarm?.length !== nodeIdBytes) return refusal(203, 'no info_hash')
  if (!parts.tokens.isValid(from.host, values.bytes('token') ?? nothing))
    return refusal(203, 'bad token')
  const port = values.integer('implied_port') === 1 ? from.port : (values.integer('port') ?? 0)
  if (port < 1 || port > 65_535) return refusal(203, 'bad port')
  parts.peers.add(keyOf(swarm), { host: from.host, port })
  return answer(() => ({ id: parts.id }))
}

function put(values: BencodedDictionary, from: PeerAddress, parts: AnsweringParts): Reply {
  const item = parseItem(values, values.bytes('salt') ?? nothing)
  if (!item) return refusal(203, 'no item')
  if (!parts.tokens.isValid(from.host, values.bytes('token') ?? nothing))
    return refusal(203, 'bad token')
  const refused = parts.items.put(item, values.integer('cas'))
  return refused ? refusal(refused.code, refused.words) : answer(() => ({ id: parts.id }))
}

/** The item in a `put`, or in the answer to a `get`; undefined when there is none. Not yet checked. */
export function parseItem(values: BencodedDictionary, salt: Uint8Array): Item | undefined {
  const [decoded, key, signature] = [
    values.entries.get('v'),
    values.bytes('k'),
    values.bytes('sig'),
  ]
  if (decoded === undefined) return undefined
  const value = bytesOfValue(decoded)
  if (!key) return { kind: 'immutable', value }
  const sequence = values.integer('seq')
  if (!signature || sequence === undefined || sequence < 0) return undefined
  return { kind: 'mutable', value, key, salt, sequence, signature }
}

function wantedFamilies(values: BencodedDictionary, own: Family): readonly Family[] {
  const want = values.list('want')
  if (!isList(want)) return [own]
  const words = want.flatMap((each) => (each instanceof Uint8Array ? utf8(each) : []))
  const families: readonly Family[] = ['IPv4', 'IPv6']
  return families.filter((family) => words.includes(family === 'IPv4' ? 'n4' : 'n6'))
}

function answer(values: (roomBytes: number) => Values): Reply {
  return { kind: 'answer', values }
}

function refusal(code: number, words: string): Reply {
  return { kind: 'refusal', code, words }
}

function keyOf(swarm: Uint8Array): string {
  return Buffer.from(swarm).toString('hex')
}

/** Bytes that a string takes in a dictionary: `<n>:<key><n>:<bytes>`. */
function fieldBytes(key: string, bytes: number): number {
  return `${key.length}:${key}${bytes}:`.length + bytes
}

/** `6:values` and the brackets of a list. */
const listBytes = 10

/** libtorrent's default is 100; no more fit. */
const valuesMax = 100

const nothing = new Uint8Array()
