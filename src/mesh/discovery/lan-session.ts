import type { Surroundings } from '../../base/base.ts'
import { MalformedError } from '../../base/errors.ts'
import type { Direction } from '../../base/meter.ts'
import { BucketShelf } from '../gate/bucket-shelf.ts'
import { TokenBucket } from '../gate/token-bucket.ts'
import type { Neighbour } from '../mesh.ts'
import { Browser } from './browser.ts'
import { decodeDnsMessage, encodeDnsMessage, sameRecord } from './dns-message.ts'
import type { DnsMessage, DnsRecord } from './dns-message.ts'
import type { Multicast, OpenMulticast, Packet } from './multicast-socket.ts'
import { Responder } from './responder.ts'
import { dialableOn, isOnWire } from './wire-place.ts'
import type { WirePlace } from './wire-place.ts'

export interface LanSessionParts {
  readonly surroundings: Surroundings
  readonly openMulticast: OpenMulticast
  /** What this node says at a place. */
  readonly recordsAt: (place: WirePlace) => readonly DnsRecord[]
  /** Somebody there has this node's name. */
  readonly onTaken: () => void
  /** The neighbours there may be others now. */
  readonly onChange: () => void
}

/** Rejects with the system's error when there is no multicast at this place. */
export async function openLanSession(
  place: WirePlace,
  parts: LanSessionParts,
): Promise<LanSession> {
  return new LanSession(place, await parts.openMulticast(place), parts)
}

/** Announces and browses on one wire, and keeps what comes and goes there within limits. */
export class LanSession implements AsyncDisposable {
  readonly #multicast: Multicast
  readonly #parts: LanSessionParts
  readonly #inBucket: TokenBucket
  readonly #inBucketsBySource: BucketShelf<string>
  readonly #outBucket: TokenBucket
  readonly #responder: Responder
  readonly #browser: Browser
  readonly #heard: Disposable
  #place: WirePlace

  constructor(place: WirePlace, multicast: Multicast, parts: LanSessionParts) {
    const { clock, random } = parts.surroundings
    this.#place = place
    this.#multicast = multicast
    this.#parts = parts
    this.#inBucket = new TokenBucket(clock, inRate)
    this.#inBucketsBySource = new BucketShelf(clock)
    this.#outBucket = new TokenBucket(clock, outRate)
    const send = (message: DnsMessage) => this.#send(message)
    const records = () => parts.recordsAt(this.#place)
    this.#responder = new Responder({ clock, random, send, records, onTaken: parts.onTaken })
    const dialable = (host: string) => dialableOn(this.#place, host)
    this.#browser = new Browser({ clock, random, send, dialable, onChange: parts.onChange })
    this.#heard = multicast.heard.subscribe((packet) => this.#receive(packet))
  }

  get place(): WirePlace {
    return this.#place
  }

  neighbours(): Neighbour[] {
    return this.#browser.neighbours()
  }

  /** The same wire, but with other addresses of ours. */
  moved(place: WirePlace): void {
    const before = this.#parts.recordsAt(this.#place)
    this.#place = place
    const now = this.#parts.recordsAt(place)
    this.#responder.changed(before.filter((one) => !now.some((other) => sameRecord(one, other))))
  }

  /** Our name is another one now. */
  renamed(): void {
    this.#responder.renamed()
  }

  /** Says goodbye and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#heard[Symbol.dispose]()
    this.#browser[Symbol.dispose]()
    await this.#responder.goodbye()
    this.#responder[Symbol.dispose]()
    await this.#multicast[Symbol.asyncDispose]()
  }

  #receive({ data, source }: Packet): void {
    if (!isOnWire(source, this.#place) || !concernsUs(data) || !this.#isWithinLimits(source)) return
    const isOurs = this.#place.at.addresses.some(({ host }) => source.split('%')[0] === host)
    if (!isOurs) this.#count(source, 'in', data.length)
    const message = this.#decode(data, source)
    if (!message) return
    this.#responder.receive(message)
    this.#browser.receive(message, source)
  }

  async #send(message: DnsMessage): Promise<void> {
    const data = encodeDnsMessage(message)
    if (this.#outBucket.take(outRate, data.length) === undefined) return
    this.#count(`multicast on ${this.#place.at.name}`, 'out', data.length)
    await this.#multicast.send(data)
  }

  #isWithinLimits(source: string): boolean {
    return (
      this.#inBucketsBySource.take(source, inRateOfSource) !== undefined &&
      this.#inBucket.take(inRate) !== undefined
    )
  }

  #decode(data: Uint8Array, source: string): DnsMessage | undefined {
    try {
      return decodeDnsMessage(data)
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error
      this.#parts.surroundings.log.debug('a packet on the LAN makes no sense', { source })
      return undefined
    }
  }

  #count(peer: string, direction: Direction, bytes: number): void {
    const label = { peer, network: 'mesh', purpose: 'discovery', direction } as const
    this.#parts.surroundings.meter.count(label, bytes)
  }
}

/** Packets: enough for two hundred nodes that are switched on together; whatever is missed is asked for again. */
const inRate = { burst: 500, ratePerSecond: 100 }
const inRateOfSource = { burst: 60, ratePerSecond: 10 }

/** Bytes. A LAN's worth of answers at once; in the long run no more than anybody would notice. */
const outRate = { burst: 20_000, ratePerSecond: 1_000 }

/**
 * Most of what is said on a LAN is about printers and players. What does not hold our name, or the question
 * for all types, is not worth decoding: a name stands in full at least once in a packet.
 */
function concernsUs(data: Uint8Array): boolean {
  const text = Buffer.from(data.buffer, data.byteOffset, data.length)
    .toString('latin1')
    .toLowerCase()
  return text.includes('fullmesh') || text.includes('_dns-sd')
}
