/**
 * Gate: what anyone may cost this node.
 *
 * Job: deciding by counting alone who may connect, how much one may ask and how fast, how much memory
 * questions and answers may take, and who has to go when there is too little of something.
 * Non-goals: sockets (link/ does what is decided here), who may read a share (shares), guesses at
 * passwords (shares), a machine that is flooded before a byte reaches this process.
 */
import type { Clock } from '../../base/clock.ts'
import type { Topic } from '../../base/topic.ts'
import { ExpelledError, GateError } from '../errors.ts'
import type { Contact, Gate, PeerId, Visit } from '../mesh.ts'
import { AnswerWindow } from './answer-window.ts'
import { BucketShelf } from './bucket-shelf.ts'
import { Counts } from './counts.ts'
import { crowdedOut } from './crowd.ts'
import { HeldBytes } from './held-bytes.ts'
import { hostKey } from './host-key.ts'
import {
  arrivalBurstSeconds,
  arrivalsPerSecond,
  connectionsMax,
  connectionsPerHostMax,
  connectionsPerPeerMax,
  expelledMs,
  handshakesMax,
  handshakesPerHostMax,
  questionBurstSeconds,
  questionBytesMax,
  questionBytesPerLinkMin,
  questionWaitMs,
  questionsPerSecond,
  strangersMax,
} from './limits.ts'
import type { BucketRate } from './token-bucket.ts'
import { GateVisit } from './visit.ts'

export interface GateOptions {
  readonly clock: Clock
  /** What the user thinks of a peer; undefined for strangers. Blocked ones get nothing, contacts find room where strangers do not. */
  readonly trustOf: (peer: PeerId) => Contact['trust'] | undefined
}

export function makeGate(options: GateOptions): Gate {
  return new CountingGate(options)
}

/** What all visits of one gate share. */
export class CountingGate implements Gate {
  readonly clock: Clock
  readonly held = new HeldBytes()
  readonly #trustOf: GateOptions['trustOf']
  readonly #answerWindow = new AnswerWindow()
  readonly #handshakes = new Set<GateVisit>()
  readonly #strangers = new Set<GateVisit>()
  readonly #connections = new Set<GateVisit>()
  readonly #connectionsByHost = new Counts<string>()
  readonly #connectionsByPeer = new Counts<PeerId>()
  readonly #arrivals: BucketShelf<string>
  readonly #questionsByPeer: BucketShelf<PeerId>
  readonly #questionsByHost: BucketShelf<string>
  readonly #expelledUntilMs = new Map<PeerId, number>()
  #questionBytes = 0

  constructor({ clock, trustOf }: GateOptions) {
    this.clock = clock
    this.#trustOf = trustOf
    this.#arrivals = new BucketShelf(clock)
    this.#questionsByPeer = new BucketShelf(clock)
    this.#questionsByHost = new BucketShelf(clock)
  }

  get windowBytes(): number {
    return this.#answerWindow.bytes
  }

  get windowChanged(): Topic<number> {
    return this.#answerWindow.changed
  }

  enter(remoteHost: string, evict: () => void): Visit {
    const host = hostKey(remoteHost)
    if (this.#connectionsByHost.of(host) >= connectionsPerHostMax) {
      throw new GateError(`${host} has ${connectionsPerHostMax} connections already.`)
    }
    if (this.#arrivals.take(host, this.#arrivalRate) === undefined) {
      throw new GateError(`${host} connects too often.`)
    }
    const visit = new GateVisit(this, host, evict)
    if (countOf(this.#handshakes, host) >= handshakesPerHostMax) {
      throw new GateError(`${host} has begun ${handshakesPerHostMax} handshakes and ended none.`)
    }
    this.#makeRoom(this.#handshakes, handshakesMax, host)
    this.#handshakes.add(visit)
    this.#connectionsByHost.add(host, 1)
    return visit
  }

  leave(remoteHost: string): Visit {
    const host = hostKey(remoteHost)
    this.#connectionsByHost.add(host, 1)
    return new GateVisit(this, host, undefined)
  }

  /** The visit's far side is `peer`: it counts as a connection from now on. Throws GateError. */
  settle(visit: GateVisit, peer: PeerId): void {
    const trust = this.#trustOf(peer)
    if (trust === 'blocked') throw new GateError(`${peer} is blocked.`)
    if ((this.#expelledUntilMs.get(peer) ?? 0) > this.clock.elapsed()) {
      throw new ExpelledError(`${peer} was sent away for asking too much.`)
    }
    this.#expelledUntilMs.delete(peer)
    if (this.#connectionsByPeer.of(peer) >= connectionsPerPeerMax) {
      throw new GateError(`${peer} has ${connectionsPerPeerMax} connections already.`)
    }
    if (this.#connections.size >= connectionsMax) throw new GateError('All connections are taken.')
    if (trust === undefined && visit.cameIn) {
      this.#makeRoom(this.#strangers, strangersMax, visit.host)
      this.#strangers.add(visit)
    }
    this.#handshakes.delete(visit)
    this.#connections.add(visit)
    this.#connectionsByPeer.add(peer, 1)
  }

  /** The visit's connection is gone. */
  forget(visit: GateVisit): void {
    this.#handshakes.delete(visit)
    this.#strangers.delete(visit)
    this.#connectionsByHost.add(visit.host, -1)
    if (visit.peer && this.#connections.delete(visit)) this.#connectionsByPeer.add(visit.peer, -1)
  }

  /** How long a question has to wait for its turn; undefined when that is too long. */
  questionWaitMs(visit: GateVisit, peer: PeerId): number | undefined {
    const peerRate = this.#questionRate(this.#connections.size)
    const peerWaitMs = this.#questionsByPeer.take(peer, peerRate, 1, questionWaitMs)
    if (peerWaitMs === undefined) return undefined
    const hostRate = this.#questionRate(this.#connectionsByHost.size)
    const hostWaitMs = this.#questionsByHost.take(visit.host, hostRate, 1, questionWaitMs)
    return hostWaitMs === undefined ? undefined : Math.max(peerWaitMs, hostWaitMs)
  }

  /** Takes room for the unread bytes of a question's body; undefined when the link, or all, have too many. */
  questionRoom(visit: GateVisit, bytes: number): Disposable | undefined {
    const share = questionBytesMax / Math.max(1, this.#connections.size)
    if (visit.questionBytes + bytes > Math.max(questionBytesPerLinkMin, share)) return undefined
    if (this.#questionBytes + bytes > questionBytesMax) return undefined
    this.#questionBytes += bytes
    return {
      [Symbol.dispose]: () => {
        this.#questionBytes -= bytes
      },
    }
  }

  answerRoom(): Disposable | undefined {
    return this.#answerWindow.open()
  }

  /** Keeps the peer out for a while. */
  expel(peer: PeerId): void {
    for (const [one, untilMs] of this.#expelledUntilMs) {
      if (untilMs <= this.clock.elapsed()) this.#expelledUntilMs.delete(one)
    }
    this.#expelledUntilMs.set(peer, this.clock.elapsed() + expelledMs)
  }

  get #arrivalRate(): BucketRate {
    return shareOf(arrivalsPerSecond, this.#connectionsByHost.size, arrivalBurstSeconds)
  }

  #questionRate(sharers: number): BucketRate {
    return shareOf(questionsPerSecond, sharers, questionBurstSeconds)
  }

  #makeRoom(guests: Set<GateVisit>, guestsMax: number, host: string): void {
    if (guests.size < guestsMax) return
    const out = crowdedOut(guests, host)
    if (!out) throw new GateError('This node has as many connections as it can bear.')
    guests.delete(out)
    out.evict()
  }
}

interface SharedRate {
  readonly total: number
  readonly shareMin: number
  readonly shareMax: number
}

/** The equal share of each of `sharers`. */
function shareOf(rate: SharedRate, sharers: number, burstSeconds: number): BucketRate {
  const share = rate.total / Math.max(1, sharers)
  const ratePerSecond = Math.min(rate.shareMax, Math.max(rate.shareMin, share))
  return { ratePerSecond, burst: ratePerSecond * burstSeconds }
}

function countOf(visits: Iterable<GateVisit>, host: string): number {
  let count = 0
  for (const visit of visits) if (visit.host === host) count++
  return count
}
