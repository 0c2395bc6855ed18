import { OfflineError } from '../../../mesh/errors.ts'
import type { ByteDuplex, ByteReader, PeerAddress } from '../bittorrent.ts'
import type { ConnectionParts, Overhead } from './connection-parts.ts'
import type { Flying } from './flight.ts'
import type { PacketKind, UtpPacket } from './packet.ts'
import { encodePacket, headerBytes, refreshPacket } from './packet.ts'
import { nextPhase } from './phase.ts'
import type { Phase, PhaseEvent } from './phase.ts'
import { ReceivingSide } from './receiving-side.ts'
import { SendingSide } from './sending-side.ts'
import type { UtpFigures } from './sending-side.ts'
import { stepped } from './sequence.ts'

/** One connection: its two sides, its phase, its timer, and what is said about them in packets. */
export class UtpConnection implements ByteDuplex {
  readonly transport = 'utp'
  readonly remote: PeerAddress
  readonly ids: ConnectionParts['ids']
  readonly #parts: ConnectionParts
  readonly #sending: SendingSide
  readonly #receiving = new ReceivingSide()
  #phase: Phase
  #error: Error | undefined
  #wantsDrain = false
  #owesAnswer = false
  #isDeferred = false
  #delayMicros = 0
  #sentMs: number
  #timer: Disposable

  /** Dials when `syn` is undefined, else answers it. */
  constructor(parts: ConnectionParts, syn: UtpPacket | undefined) {
    this.#parts = parts
    this.remote = parts.remote
    this.ids = parts.ids
    this.#phase = syn ? 'answered' : 'asking'
    this.#sentMs = parts.clock.elapsed()
    this.#sending = new SendingSide(parts.firstSequence, parts.payloadBytesMax, this.#sentMs)
    if (syn) {
      this.#receiving.begin(syn.sequence)
      this.#noteTime(syn)
      this.#sendState()
    } else this.#sendNumbered('syn', nothing, parts.ids.receive)
    this.#timer = parts.clock.after(this.#nextLookMs(), () => this.#wake())
  }

  get unsentBytes(): number {
    return this.#sending.unsentBytes
  }

  get phase(): Phase {
    return this.#phase
  }

  get figures(): UtpFigures {
    return this.#sending.figures
  }

  open(reader: ByteReader): void {
    this.#receiving.open(reader)
    this.#parts.defer(() => {
      if (this.#phase === 'ended') this.#receiving.end(this.#error)
      else this.#deliver()
    })
  }

  write(bytes: Uint8Array): boolean {
    if (this.#phase === 'ended') return true
    this.#sending.write(bytes)
    this.#deferRound()
    if (this.#sending.queuedBytes < queuedBytesMax) return true
    this.#wantsDrain = true
    return false
  }

  pause(): void {
    this.#receiving.pause()
  }

  resume(): void {
    if (this.#receiving.resume()) this.#parts.defer(() => this.#deliver())
  }

  close(): void {
    if (this.#phase === 'ended') return
    // After bytes that did not all arrive, a quiet end would be a lie.
    const isClean = this.#phase === 'open' && this.unsentBytes === 0
    // Who has proved nothing gets no more than one answer: it may be somebody else's address.
    if (this.#phase !== 'answered') {
      this.#sendNumbered(isClean ? 'fin' : 'reset', nothing, this.ids.send)
    }
    this.#end('closed', undefined)
  }

  /** A packet for this connection came. */
  receive(packet: UtpPacket): void {
    if (this.#phase === 'ended') return
    if (packet.kind === 'syn') return this.#noteSyn()
    if (packet.kind === 'reset') return this.#noteReset(packet)
    if (!this.#sending.isPlausible(packet.acknowledged)) return
    if (this.#phase === 'asking' && !this.#begin(packet)) return
    if (this.#phase === 'answered') {
      if (!this.#isProof(packet)) return
      this.#enter('proved')
    }
    this.#count('in', 'protocol', headerBytes)
    this.#noteTime(packet)
    this.#sending.acknowledge(packet, this.#parts.clock.elapsed())
    if (packet.kind !== 'state') this.#noteContent(packet)
    this.#deliver()
    this.#deferRound()
  }

  /** It came again: our answer to it was lost. */
  #noteSyn(): void {
    if (this.#phase === 'answered') this.#sendState()
  }

  /** Whoever only guesses our number can't end the connection. */
  #noteReset({ acknowledged }: UtpPacket): void {
    // It names the number that it was provoked by, which for a `state` is that of what comes next.
    const provokers = [acknowledged, stepped(acknowledged, -1)]
    if (!provokers.some((each) => this.#sending.isPlausible(each))) return
    this.#end('reset', offline(this.remote, 'broke the connection off'))
  }

  /** The answer to our `syn`. */
  #begin(packet: UtpPacket): boolean {
    if (packet.kind === 'fin' || !this.#isProof(packet)) return false
    // A `state` bears the number of what comes next, whatever BEP 29 draws: so do libutp and libtorrent.
    this.#receiving.begin(stepped(packet.sequence, -1))
    this.#enter('proved')
    return true
  }

  /** Whether its sender has got our first packet: nobody else knows its number. */
  #isProof({ acknowledged }: UtpPacket): boolean {
    return acknowledged === stepped(this.#sending.next, -1)
  }

  #enter(event: PhaseEvent): void {
    const was = this.#phase
    this.#phase = nextPhase(was, event)
    if (was !== 'open' && this.#phase === 'open') this.#parts.onOpen()
  }

  #noteTime({ sentMicros }: UtpPacket): void {
    this.#delayMicros = (this.#nowMicros() - sentMicros) >>> 0
  }

  #noteContent(packet: UtpPacket): void {
    this.#owesAnswer = true
    const arrival = this.#receiving.accept(packet)
    if (arrival === 'again') this.#count('in', 'repeated', packet.payload.length)
  }

  #deliver(): void {
    if (this.#receiving.deliver(() => this.#phase === 'open')) {
      this.#sendState()
      return this.#end('ended', undefined)
    }
    if (!this.#receiving.hasNews) return
    this.#owesAnswer = true
    this.#deferRound()
  }

  #deferRound(): void {
    if (this.#isDeferred) return
    this.#isDeferred = true
    this.#parts.defer(() => {
      this.#isDeferred = false
      this.#round()
    })
  }

  /** Sends what may go, and answers what came. */
  #round(): void {
    if (this.#phase === 'open') {
      for (let due = this.#sending.due(); due; due = this.#sending.due()) {
        if (due.kind === 'lost') this.#resend(due.packet)
        else this.#sendNumbered('data', due.payload, this.ids.send)
      }
    }
    if (this.#owesAnswer && this.#phase !== 'ended') this.#sendState()
    if (!this.#wantsDrain || this.#sending.queuedBytes > 0) return
    this.#wantsDrain = false
    this.#receiving.drained()
  }

  #sendNumbered(kind: Exclude<PacketKind, 'state'>, payload: Uint8Array, connection: number): void {
    const data = this.#encode(kind, connection, payload)
    if (kind !== 'reset') this.#sending.sent(data, payload.length, this.#parts.clock.elapsed())
    this.#put(data)
    if (!this.#receiving.hasGap) this.#owesAnswer = false
  }

  #resend(packet: Flying): void {
    refreshPacket(packet.data, this.#present())
    this.#sending.resent(packet, this.#parts.clock.elapsed())
    this.#put(packet.data)
    this.#count('out', 'repeated', packet.payloadBytes)
  }

  #sendState(): void {
    this.#owesAnswer = false
    this.#put(this.#encode('state', this.ids.send, nothing))
  }

  #encode(kind: PacketKind, connection: number, payload: Uint8Array): Buffer {
    const selective = kind === 'state' ? this.#receiving.selective() : undefined
    const sequence = this.#sending.next
    return encodePacket({ kind, connection, sequence, selective, payload, ...this.#present() })
  }

  #present(): Pick<UtpPacket, 'sentMicros' | 'delayMicros' | 'windowBytes' | 'acknowledged'> {
    const { windowBytes, last } = this.#receiving
    const sentMicros = this.#nowMicros()
    return { sentMicros, delayMicros: this.#delayMicros, windowBytes, acknowledged: last }
  }

  #put(data: Uint8Array): void {
    this.#sentMs = this.#parts.clock.elapsed()
    this.#receiving.said()
    this.#parts.send(data)
    this.#count('out', 'protocol', headerBytes)
  }

  #nowMicros(): number {
    return (this.#parts.clock.elapsed() * 1_000) >>> 0
  }

  #count(direction: Overhead['direction'], purpose: Overhead['purpose'], bytes: number): void {
    this.#parts.onOverhead({ direction, purpose, bytes })
  }

  /** The one timer of a connection: looks what is due, and sets itself again. */
  #wake(): void {
    const nowMs = this.#parts.clock.elapsed()
    if (this.#isWaiting && nowMs >= this.#sending.patienceEndsMs) this.#waitedInVain(nowMs)
    else if (nowMs >= this.#sentMs + keepAliveMs) this.#sendState()
    if (this.#phase === 'ended') return
    this.#timer = this.#parts.clock.after(this.#nextLookMs(), () => this.#wake())
  }

  get #isWaiting(): boolean {
    return this.#sending.isWaiting || this.#phase === 'answered'
  }

  #nextLookMs(): number {
    if (!this.#isWaiting) return lookMs
    const leftMs = this.#sending.patienceEndsMs - this.#parts.clock.elapsed()
    return Math.min(Math.max(leftMs, 1), lookMs)
  }

  #waitedInVain(nowMs: number): void {
    const waits = this.#sending.waitedInVain(nowMs)
    if (waits > (this.#phase === 'open' ? vainWaitsMax : vainDialsMax)) {
      return this.#end('silent', offline(this.remote, 'does not answer'))
    }
    const syn = this.#phase === 'asking' ? this.#sending.due() : undefined
    if (syn?.kind === 'lost') this.#resend(syn.packet)
    else this.#round()
  }

  #end(event: PhaseEvent, error: Error | undefined): void {
    this.#enter(event)
    this.#error = error
    this.#timer[Symbol.dispose]()
    this.#sending.clear()
    this.#parts.onGone()
    this.#receiving.end(error)
  }
}

function offline({ host, port }: PeerAddress, what: string): OfflineError {
  return new OfflineError(`The peer at ${host} port ${port} ${what}.`)
}

const nothing = new Uint8Array()

/** Bytes that wait for their packets, from which on the writer should wait as well. */
const queuedBytesMax = 256 * 1024

/** BEP 29 doubles each wait: six of them take half a minute and more. */
const vainWaitsMax = 6
const vainDialsMax = 2

/** Translators of addresses forget after 30 s and more (RFC 4787 asks for 2 min and is not heard). */
const keepAliveMs = 29_000
const lookMs = 5_000
