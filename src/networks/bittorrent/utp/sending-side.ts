import { Flight } from './flight.ts'
import type { Flying } from './flight.ts'
import { Ledbat } from './ledbat.ts'
import { Outbox } from './outbox.ts'
import type { UtpPacket } from './packet.ts'
import { RoundTrip } from './round-trip.ts'

/** What goes next: a packet that was lost, or a new one with `payload`. */
export type Due =
  | { readonly kind: 'lost'; readonly packet: Flying }
  | { readonly kind: 'fresh'; readonly payload: Uint8Array }

/** One direction of a connection as its sender knows it: what waits, what flies, what may go, how long to wait. Pure. */
export class SendingSide {
  readonly #payloadBytesMax: number
  readonly #outbox = new Outbox()
  readonly #flight: Flight
  readonly #ledbat: Ledbat
  readonly #roundTrip = new RoundTrip()
  #farWindowBytes: number
  #waitingSinceMs: number

  constructor(firstSequence: number, payloadBytesMax: number, nowMs: number) {
    this.#payloadBytesMax = payloadBytesMax
    this.#flight = new Flight(firstSequence)
    this.#ledbat = new Ledbat(payloadBytesMax)
    this.#farWindowBytes = payloadBytesMax
    this.#waitingSinceMs = nowMs
  }

  /** The number of the next packet. */
  get next(): number {
    return this.#flight.next
  }

  get queuedBytes(): number {
    return this.#outbox.bytes
  }

  get unsentBytes(): number {
    return this.#outbox.bytes + this.#flight.unacknowledgedBytes
  }

  get figures(): UtpFigures {
    const { windowBytes, queuedMicros } = this.#ledbat
    return { windowBytes, queuedMicros, roundTripMs: this.#roundTrip.smoothMs }
  }

  write(bytes: Uint8Array): void {
    this.#outbox.add(bytes)
  }

  clear(): void {
    this.#outbox.clear()
  }

  isPlausible(acknowledged: number): boolean {
    return this.#flight.isPlausible(acknowledged)
  }

  acknowledge(packet: UtpPacket, nowMs: number): void {
    this.#farWindowBytes = packet.windowBytes
    const flightBytes = this.#flight.bytes
    const told = this.#flight.acknowledge(packet, nowMs, this.#roundTrip.smoothMs ?? 0)
    if (told.roundTripMs !== undefined) this.#roundTrip.measured(told.roundTripMs)
    // A far side without room is not silent as long as it says so.
    if (told.packets > 0 || packet.windowBytes < this.#payloadBytesMax) {
      this.#roundTrip.answered()
      this.#waitingSinceMs = nowMs
    }
    const delayMicros = packet.delayMicros === 0 ? undefined : packet.delayMicros
    this.#ledbat.acknowledged({ bytes: told.bytes, flightBytes, delayMicros }, nowMs)
    if (told.hasLost) this.#ledbat.lost(nowMs, this.#roundTrip.smoothMs ?? 0)
  }

  /** Moves the next out of the outbox, if it may go now. Whoever sends it calls `sent` or `resent`. */
  due(): Due | undefined {
    const packet = this.#flight.nextLost()
    if (packet) return this.#mayFly(packet.payloadBytes) ? { kind: 'lost', packet } : undefined
    const bytes = Math.min(this.#outbox.bytes, this.#payloadBytesMax)
    if (bytes === 0 || this.#flight.packets >= flightPacketsMax || !this.#mayFly(bytes)) {
      return undefined
    }
    const payload = new Uint8Array(bytes)
    this.#outbox.moveInto(payload)
    return { kind: 'fresh', payload }
  }

  sent(data: Buffer, payloadBytes: number, nowMs: number): void {
    if (this.#flight.packets === 0) this.#waitingSinceMs = nowMs
    this.#flight.add(data, payloadBytes, nowMs)
  }

  resent(packet: Flying, nowMs: number): void {
    this.#flight.resent(packet, nowMs)
  }

  /** Whether an answer is wanted. */
  get isWaiting(): boolean {
    return this.#flight.packets > 0 || this.#outbox.bytes > 0
  }

  /** When waiting has been long enough. */
  get patienceEndsMs(): number {
    return this.#waitingSinceMs + this.#roundTrip.timeoutMs
  }

  /** Nothing came for too long: begins again with one packet. Tells how often in a row that has been so. */
  waitedInVain(nowMs: number): number {
    this.#roundTrip.waitedInVain()
    this.#waitingSinceMs = nowMs
    if (this.#flight.packets > 0) this.#ledbat.timedOut()
    this.#flight.loseAll()
    return this.#roundTrip.vainWaits
  }

  /** One packet may always fly, lest a window that was closed stay so; whether it came, the timer sees. */
  #mayFly(bytes: number): boolean {
    const flying = this.#flight.bytes
    if (this.#farWindowBytes < bytes) return flying === 0 && this.#roundTrip.vainWaits > 0
    return (
      flying === 0 || flying + bytes <= Math.min(this.#ledbat.windowBytes, this.#farWindowBytes)
    )
  }
}

/** How a direction stands, for people and tests. */
export interface UtpFigures {
  readonly windowBytes: number
  /** How long packets stand in queues on the way. */
  readonly queuedMicros: number
  readonly roundTripMs: number | undefined
}

/** Well below half of all numbers. */
const flightPacketsMax = 12_000
