import type { Random } from '../../../base/random.ts'
import { Choker, chokeRoundMs, optimisticRounds } from '../asking/choker.ts'
import { PeerExchange, exchangeEveryMs } from '../talking/peer-exchange.ts'
import type { Peer } from '../talking/peer.ts'

/** What comes round for all peers of a torrent: who is served, whom they are told of, that we are alive. */
export class PeerRounds {
  readonly #choker: Choker<Peer>
  readonly #exchanges = new WeakMap<Peer, PeerExchange>()
  #seconds = 0

  constructor(random: Random, uploadSlots: number) {
    this.#choker = new Choker(random, uploadSlots)
  }

  /** Whether a peer that has just become interested can be served at once. */
  hasRoom(peers: readonly Peer[]): boolean {
    return this.#choker.hasRoom(peers)
  }

  /** Once a second. */
  tick(
    peers: readonly Peer[],
    torrent: { readonly isSeeding: boolean; readonly isPrivate: boolean },
  ): void {
    this.#seconds++
    if (this.#seconds % (chokeRoundMs / 1000) === 0) this.#choke(peers, torrent.isSeeding)
    if (this.#seconds % (exchangeEveryMs / 1000) === 0 && !torrent.isPrivate) this.#exchange(peers)
    if (this.#seconds % keepAliveSeconds === 0) for (const peer of peers) peer.sayFrame(keepAlive)
  }

  #choke(peers: readonly Peer[], isSeeding: boolean): void {
    const isTurn = this.#seconds % ((chokeRoundMs / 1000) * optimisticRounds) === 0
    const served = this.#choker.decide(peers, { isSeeding, isTurn })
    for (const peer of peers) peer.serve(served.has(peer))
  }

  /** Those whom we have dialled ourselves: where the others listen, only they can say. */
  #exchange(peers: readonly Peer[]): void {
    const dialled = peers.filter(({ parts }) => parts.origin !== 'incoming')
    for (const peer of peers) {
      const exchange = this.#exchanges.get(peer) ?? new PeerExchange()
      this.#exchanges.set(peer, exchange)
      const others = dialled.filter((other) => other !== peer).map(({ parts }) => parts.address)
      const payload = exchange.next(others)
      if (payload) peer.sayExtension('ut_pex', payload)
    }
  }
}

/** A connection on which nothing was said for two minutes is ended by many. */
const keepAliveSeconds = 100

const keepAlive = new Uint8Array(4)
