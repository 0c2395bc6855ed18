import { sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Surroundings } from '../../../base/base.ts'
import { equalBytes } from '../../../base/bytes.ts'
import { MalformedError, NodeError } from '../../../base/errors.ts'
import { Topic } from '../../../base/topic.ts'
import { BencodedDictionary } from '../bencode/bencode.ts'
import { encode } from '../bencode/encode.ts'
import type { SwarmId } from '../bittorrent.ts'
import { bytesOfSwarm, parseSwarmId } from '../swarm-id.ts'
import type { Dht } from './dht.ts'
import { decodedValue, saltBytesMax, signedItem } from './item.ts'
import type { MutableItem } from './item.ts'

/** What names a torrent that changes: whoever has the key says which one it is now. Source: BEP 46 */
export interface MutableTorrentName {
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array
  /** Empty, or what tells it from others of the same key; at most 64 bytes. */
  readonly salt: Uint8Array
}

/** Which torrent it is, said by the holder of the key. */
export interface MutableTorrentState {
  readonly swarm: SwarmId
  /** Grows with each change. */
  readonly sequence: number
}

/** Reads `magnet:?xs=urn:btpk:<64 hex digits>&s=<salt in hex>`. Throws MalformedError. */
export function parseMutableMagnet(text: string): MutableTorrentName {
  const url = URL.parse(text)
  const key = /^urn:btpk:([0-9a-f]{64})$/i.exec(url?.searchParams.get('xs') ?? '')?.[1]
  if (url?.protocol !== 'magnet:' || key === undefined) throw malformed('it names no key')
  const salt = url.searchParams.get('s') ?? ''
  if (!/^(?:[0-9a-f]{2})*$/i.test(salt) || salt.length > 2 * saltBytesMax) {
    throw malformed('its salt is none')
  }
  return { key: Buffer.from(key, 'hex'), salt: Buffer.from(salt, 'hex') }
}

export function formatMutableMagnet({ key, salt }: MutableTorrentName): string {
  const text = `magnet:?xs=urn:btpk:${Buffer.from(key).toString('hex')}`
  return salt.length === 0 ? text : `${text}&s=${Buffer.from(salt).toString('hex')}`
}

/** The item that says so, signed with the private key that belongs to the name. */
export function signMutableTorrent(
  { key, salt }: MutableTorrentName,
  { swarm, sequence }: MutableTorrentState,
  privateKey: KeyObject,
): MutableItem {
  const value = encode({ ih: bytesOfSwarm(swarm) })
  const signature = sign(null, signedItem({ salt, sequence, value }), privateKey)
  return { kind: 'mutable', key, salt, sequence, value, signature }
}

/** What an item says; undefined if it says something else. Its signature was checked by whoever found it. */
export function readMutableTorrent(item: MutableItem): MutableTorrentState | undefined {
  try {
    const value = decodedValue(item)
    const hash = value instanceof BencodedDictionary ? value.bytes('ih') : undefined
    return hash && { swarm: parseSwarmId(hash), sequence: item.sequence }
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

/**
 * Follows such a torrent: looks for what is newest, tells of each newer one, and keeps it alive in the DHT
 * whoever published it. `first` is what is known already, also of an own one.
 */
export class MutableTorrent implements AsyncDisposable {
  readonly changed = new Topic<MutableTorrentState>()
  readonly #dht: Dht
  readonly #surroundings: Surroundings
  readonly #name: MutableTorrentName
  readonly #closing = new AbortController()
  #newest: MutableItem | undefined
  #working: Promise<void>
  #timer: Disposable | undefined

  constructor(
    parts: { readonly dht: Dht; readonly surroundings: Surroundings },
    name: MutableTorrentName,
    first: MutableItem | undefined,
  ) {
    this.#dht = parts.dht
    this.#surroundings = parts.surroundings
    this.#name = name
    this.#newest = first
    this.#working = this.#look()
  }

  /** The newest that is known, with its signature: to be kept for the next run. */
  get newest(): MutableItem | undefined {
    return this.#newest
  }

  /** Says that it is another torrent from now on. Resolves when it was put, with the number of nodes that took it. */
  async publish(item: MutableItem): Promise<number> {
    this.#newest = item
    return this.#dht.put(item, this.#closing.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#timer?.[Symbol.dispose]()
    await this.#working
  }

  async #look(): Promise<void> {
    const { signal } = this.#closing
    const { key, salt } = this.#name
    try {
      const found = await this.#dht.getMutable(key, salt, signal)
      const isNews = found && found.sequence > (this.#newest?.sequence ?? -1)
      if (isNews && !signal.aborted) this.#take(found)
      const mine = this.#newest
      // Whoever follows keeps it alive: the nodes forget after two hours (BEP 44, "expiration").
      const isMissing = !found || (mine && !equalBytes(found.value, mine.value))
      if (mine && (isMissing || this.#isTurn()) && !signal.aborted)
        await this.#dht.put(mine, signal)
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
    }
    if (signal.aborted) return
    this.#timer = this.#surroundings.clock.after(lookMs, () => {
      this.#working = this.#look()
    })
  }

  #take(item: MutableItem): void {
    const state = readMutableTorrent(item)
    if (!state) return
    this.#newest = item
    this.changed.publish(state)
  }

  /** One look in six: once an hour. */
  #isTurn(): boolean {
    return (this.#surroundings.random.bytes(1)[0] ?? 0) % 6 === 0
  }
}

/** Soon enough for a folder that changes; a look costs the others about 60 questions. */
const lookMs = 10 * 60_000

function malformed(detail: string): MalformedError {
  return new MalformedError('magnet link', detail)
}
