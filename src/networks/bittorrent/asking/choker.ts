/**
 * Whom to serve. Pure: rates in, decisions out.
 *
 * Few at a time, so that each gets something worth having: those who give us most, or once we have all, those
 * who take fastest. One slot goes round by chance, so that newcomers get a first piece and better partners
 * are found.
 */
import { fraction } from '../../../base/random.ts'
import type { Random } from '../../../base/random.ts'

/** A peer as the choker sees it. */
export interface ChokedPeer {
  readonly isInterested: boolean
  readonly isUnchoked: boolean
  /** Bytes per second that came from it, and that it took, in the last round. */
  readonly rateIn: number
  readonly rateOut: number
}

export class Choker<Peer extends ChokedPeer> {
  readonly #random: Random
  readonly #slots: number
  #optimistic: Peer | undefined

  /** `slots` of which one goes round. */
  constructor(random: Random, slots: number) {
    this.#random = random
    this.#slots = slots
  }

  /** Who is to be served from now on. `isTurn`: it is time for the slot that goes round to move on. */
  decide(
    peers: readonly Peer[],
    { isSeeding, isTurn }: { readonly isSeeding: boolean; readonly isTurn: boolean },
  ): Set<Peer> {
    const interested = peers.filter((peer) => peer.isInterested)
    if (isTurn || !this.#optimistic || !interested.includes(this.#optimistic)) {
      this.#optimistic = this.#draw(interested)
    }
    const rate = (peer: Peer) => (isSeeding ? peer.rateOut : peer.rateIn)
    const best = interested
      .filter((peer) => peer !== this.#optimistic)
      .toSorted((a, b) => rate(b) - rate(a) || Number(b.isUnchoked) - Number(a.isUnchoked))
      .slice(0, this.#slots - 1)
    return new Set(this.#optimistic ? [...best, this.#optimistic] : best)
  }

  /** Whether a peer that has just become interested can be served at once. */
  hasRoom(peers: readonly Peer[]): boolean {
    return peers.filter((peer) => peer.isUnchoked && peer.isInterested).length < this.#slots
  }

  #draw(interested: readonly Peer[]): Peer | undefined {
    const waiting = interested.filter((peer) => !peer.isUnchoked)
    const candidates = waiting.length > 0 ? waiting : interested
    return candidates[Math.floor(fraction(this.#random) * candidates.length)]
  }
}

/** As often as BEP 3 has it. */
export const chokeRoundMs = 10_000

/** The slot that goes round stays for three rounds. */
export const optimisticRounds = 3
