import type { Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Surroundings } from '../../base/base.ts'
import type { PeerId, Visit } from '../mesh.ts'
import { Liveness, pingEveryMs } from './liveness.ts'
import { RoundTrip } from './round-trip.ts'
import { goAway } from './session-options.ts'
import type { SocketTraffic } from './traffic.ts'

/**
 * How long a far side may take to agree to settings: as long as its silence may last. Until it does, it is
 * not bound by them (RFC 9113, section 6.5.3).
 */
const settingsMs = 90_000

/** Bytes of a head that count as useful: more than any we send, less than the limit. */
const usefulHeadBytes = 4096

/**
 * What all bodies of one connection may hand to HTTP/2 together: TLS keeps a copy of it until the line takes
 * it, and a far side that does not read makes that long. One alone needs 256 KiB to keep a fast line full.
 */
const unsentBytesMax = 1024 * 1024
const sliceBytesMax = 256 * 1024
const sliceBytesMin = 16 * 1024

interface Writing extends Disposable {
  readonly sliceBytes: number
}

/** Window updates come with what this side sends, at most one for each so many bytes. */
const bytesPerUpdate = 64

const lookEveryMs = 1_000

export interface ConnectionParts<Session extends Http2Session> {
  readonly peer: PeerId
  /** What carries the bytes, below TLS. */
  readonly socket: Socket
  readonly traffic: SocketTraffic
  readonly session: Session
  readonly visit: Visit
  readonly surroundings: Surroundings
}

/**
 * One TLS connection with its HTTP/2 session, from the proof of both sides to the end: counts its bytes,
 * looks whether the far side lives and behaves, and tells when it is over.
 */
export class Connection<Session extends Http2Session = Http2Session> {
  readonly peer: PeerId
  readonly session: Session
  readonly visit: Visit
  readonly surroundings: Surroundings
  readonly traffic: SocketTraffic
  /** Resolves when the socket is closed. */
  readonly ended: Promise<void>
  /** Questions of this side that are not answered to the end. */
  openAsks = 0
  readonly #socket: Socket
  readonly #roundTrip = new RoundTrip()
  readonly #liveness: Liveness
  #next: Disposable | undefined
  #nextPingMs: number
  #settledAtMs: number
  #usefulBytes = 0
  #writers = 0

  constructor({ peer, socket, traffic, session, visit, surroundings }: ConnectionParts<Session>) {
    this.peer = peer
    this.session = session
    this.visit = visit
    this.surroundings = surroundings
    this.#socket = socket
    this.traffic = traffic
    traffic.peer = peer
    const nowMs = surroundings.clock.elapsed()
    this.#liveness = new Liveness(nowMs)
    this.#nextPingMs = nowMs
    this.#settledAtMs = nowMs
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.#over()
        resolve()
      })
    })
    // Whatever breaks a session also closes its socket, which is what counts here.
    session.on('error', (error: Error) => {
      surroundings.log.debug('a connection broke', { peer, reason: error.message })
    })
    this.#look()
  }

  get roundTripMs(): number | undefined {
    return this.#roundTrip.ms
  }

  /** Whether questions can still be sent. */
  get isOpen(): boolean {
    return !this.session.closed && !this.session.destroyed
  }

  /** A question of this side is open: whatever comes meanwhile may be its answer. */
  asking(): Disposable {
    this.openAsks++
    return {
      [Symbol.dispose]: () => {
        this.openAsks--
        this.#usefulBytes = this.#socket.bytesRead
      },
    }
  }

  /** A body is being sent: what it may hand to HTTP/2 at once changes with how many are. Dispose it at its end. */
  writing(): Writing {
    this.#writers++
    const sliceBytes = () =>
      Math.max(sliceBytesMin, Math.min(sliceBytesMax, unsentBytesMax / this.#writers))
    return {
      get sliceBytes() {
        return sliceBytes()
      },
      [Symbol.dispose]: () => {
        this.#writers--
      },
    }
  }

  /** A question came, or so many bytes of one. */
  heardQuestion(bytes = usefulHeadBytes): void {
    this.#usefulBytes += bytes
  }

  /** Tells the far side why (GOAWAY) and ends. */
  end(code: number = goAway.done): void {
    if (!this.session.destroyed) this.session.destroy(undefined, code)
    // A far side that does not take the last bytes would keep the socket open.
    this.#later(() => this.#socket.destroy())
  }

  #look(): void {
    const { clock, log } = this.surroundings
    const nowMs = clock.elapsed()
    const readBytes = this.#socket.bytesRead
    this.traffic.settle()
    if (!this.#liveness.lives(readBytes, nowMs)) {
      log.debug('a peer has gone without a word', { peer: this.peer })
      return this.#destroy()
    }
    if (!this.session.pendingSettingsAck) this.#settledAtMs = nowMs
    if (nowMs - this.#settledAtMs >= settingsMs) {
      log.info('a peer does not agree to settings', { peer: this.peer })
      return this.end(goAway.settings)
    }
    if (nowMs >= this.#nextPingMs) this.#ping(nowMs)
    if (this.openAsks > 0) this.#usefulBytes = readBytes
    try {
      const updatesBytes = this.#socket.bytesWritten / bytesPerUpdate
      this.visit.heard(readBytes, this.#usefulBytes + updatesBytes)
    } catch (error) {
      log.info('a peer was sent away', { peer: this.peer, reason: String(error) })
      return this.end(goAway.tooMuch)
    }
    this.#later(() => this.#look())
  }

  #later(task: () => void): void {
    this.#next?.[Symbol.dispose]()
    if (!this.#socket.destroyed) this.#next = this.surroundings.clock.after(lookEveryMs, task)
  }

  #ping(nowMs: number): void {
    this.#nextPingMs = nowMs + pingEveryMs
    if (!this.isOpen) return
    this.session.ping((error, durationMs) => {
      if (!error) this.#roundTrip.measured(durationMs)
    })
  }

  #destroy(): void {
    this.session.destroy()
    this.#socket.destroy()
  }

  #over(): void {
    this.#next?.[Symbol.dispose]()
    this.session.destroy()
    this.traffic.settle()
    this.visit[Symbol.dispose]()
  }
}
