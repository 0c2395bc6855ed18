import type { UtpPacket } from './packet.ts'
import { stepped, stepsTo } from './sequence.ts'

/** A packet that was sent and is not known to have come. */
export interface Flying {
  readonly sequence: number
  /** Encoded, header and all. */
  readonly data: Buffer
  readonly payloadBytes: number
  sentMs: number
  sendings: number
  /** Taken for lost, and so no longer in flight: to be sent again. */
  isLost: boolean
  /** Told by a selective acknowledgement to have come. */
  hasCome: boolean
}

/** What of a packet speaks of the other direction. */
export type Told = Pick<UtpPacket, 'kind' | 'acknowledged' | 'selective'>

/** What an acknowledgement said. */
export interface Acknowledged {
  /** Payload bytes that are now known to have come. */
  readonly bytes: number
  readonly packets: number
  /** Of the newest packet that was sent only once and is now known to have come. */
  readonly roundTripMs: number | undefined
  /** Whether packets were found to be lost. */
  readonly hasLost: boolean
}

/**
 * The packets in flight: which have come, which are lost, which go next. Pure.
 * Three that came after it mean that a packet is lost (BEP 29, "packet loss").
 */
export class Flight {
  /** In the order of their numbers, from the oldest that is not acknowledged. */
  readonly #packets: Flying[] = []
  #next: number
  #flyingBytes = 0
  #unacknowledgedBytes = 0
  #lost = 0
  #repeats = 0

  /** `first` is the number of the first packet. */
  constructor(first: number) {
    this.#next = first
  }

  /** The number that the next packet gets. */
  get next(): number {
    return this.#next
  }

  /** Payload bytes that may still arrive. */
  get bytes(): number {
    return this.#flyingBytes
  }

  get packets(): number {
    return this.#packets.length
  }

  /** All that have not been acknowledged, whether lost or not. */
  get unacknowledgedBytes(): number {
    return this.#unacknowledgedBytes
  }

  add(data: Buffer, payloadBytes: number, nowMs: number): Flying {
    const packet: Flying = {
      sequence: this.#next,
      data,
      payloadBytes,
      sentMs: nowMs,
      sendings: 1,
      isLost: false,
      hasCome: false,
    }
    this.#packets.push(packet)
    this.#next = stepped(this.#next, 1)
    this.#flyingBytes += payloadBytes
    this.#unacknowledgedBytes += payloadBytes
    return packet
  }

  /** Whether an honest far side may say that all up to `sequence` have come: nothing that was not sent, nothing long past. */
  isPlausible(sequence: number): boolean {
    const ahead = stepsTo(stepped(this.#oldest, -1), sequence)
    return ahead >= -stalePackets && ahead <= this.#packets.length
  }

  /** Takes in what `packet` says has come: all up to a number, and those in its bits. */
  acknowledge(packet: Told, nowMs: number, roundTripMs: number): Acknowledged {
    const came: Flying[] = []
    const count = Math.max(0, stepsTo(stepped(this.#oldest, -1), packet.acknowledged))
    for (const each of this.#packets.splice(0, count)) this.#came(each, came)
    // Whoever has nothing else to say and says the same again got something behind a gap.
    if (count > 0) this.#repeats = 0
    else if (packet.kind === 'state' && this.#packets.length > 0) this.#repeats += 1
    if (packet.selective) this.#acknowledgeBits(packet.acknowledged, packet.selective, came)
    const hasGap = packet.selective !== undefined || this.#repeats >= lossAfter
    const hasLost = hasGap && this.#findLost(nowMs, roundTripMs)
    const newest = came.findLast(({ sendings }) => sendings === 1)
    return {
      bytes: came.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0),
      packets: came.length,
      roundTripMs: newest && nowMs - newest.sentMs,
      hasLost,
    }
  }

  /** Nothing came back for too long: all are taken for lost. */
  loseAll(): void {
    for (const packet of this.#packets) this.#lose(packet)
  }

  /** The oldest packet that has to be sent again. */
  nextLost(): Flying | undefined {
    return this.#lost === 0 ? undefined : this.#packets.find(({ isLost }) => isLost)
  }

  /** It is being sent again now. */
  resent(packet: Flying, nowMs: number): void {
    packet.isLost = false
    this.#lost -= 1
    packet.sentMs = nowMs
    packet.sendings += 1
    this.#flyingBytes += packet.payloadBytes
  }

  get #oldest(): number {
    return stepped(this.#next, -this.#packets.length)
  }

  #came(packet: Flying, came: Flying[]): void {
    if (packet.hasCome) return
    packet.hasCome = true
    this.#unacknowledgedBytes -= packet.payloadBytes
    if (packet.isLost) this.#lost -= 1
    else this.#flyingBytes -= packet.payloadBytes
    packet.isLost = false
    came.push(packet)
  }

  #lose(packet: Flying): void {
    if (packet.hasCome || packet.isLost) return
    packet.isLost = true
    this.#lost += 1
    this.#flyingBytes -= packet.payloadBytes
  }

  /** Bit 0 stands for the second packet that has not been acknowledged: the first is the gap. */
  #acknowledgeBits(sequence: number, selective: Uint8Array, came: Flying[]): void {
    const first = stepsTo(this.#oldest, stepped(sequence, 2))
    const bits = Math.min(selective.length * 8, this.#packets.length - first)
    for (let bit = Math.max(0, -first); bit < bits; bit++) {
      if ((((selective[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0) continue
      const packet = this.#packets[first + bit]
      if (packet) this.#came(packet, came)
    }
  }

  #findLost(nowMs: number, roundTripMs: number): boolean {
    let cameAfter = 0
    let found = false
    for (let at = this.#packets.length - 1; at >= 0; at--) {
      const packet = this.#packets[at]
      if (!packet) continue
      if (packet.hasCome) cameAfter += 1
      else if (cameAfter >= lossAfter || (at === 0 && this.#repeats >= lossAfter)) {
        // What was sent again needs a round trip before its silence means anything.
        if (packet.isLost || (packet.sendings > 1 && nowMs - packet.sentMs < roundTripMs)) continue
        this.#lose(packet)
        found = true
      }
    }
    if (found) this.#repeats = 0
    return found
  }
}

const lossAfter = 3

/** Acknowledgements that were overtaken on the way by so many packets are still honest. */
const stalePackets = 1_024
