/**
 * Peer exchange (BEP 11): what to make of the peers that others name.
 *
 * Job: deciding which of them may be tried, and who talks too much. Non-goals: the message and whom to tell
 * what (wire/, talking/), dialling.
 */
import { mayDial, originOfTeller } from '../../../mesh/reach/address-policy.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { networkKey } from '../krpc/network-key.ts'

/** What is done with one message. */
export type Hearing =
  | { readonly kind: 'taken'; readonly peers: readonly PeerAddress[] }
  /** It came too soon: nothing of it counts. */
  | { readonly kind: 'ignored' }
  /** It goes on like that: the connection may be ended. */
  | { readonly kind: 'nuisance' }

/**
 * What one connected peer has named. No single peer can lead us all to a victim, or fill our list: of one
 * network one address is taken, from one peer a few hundred in all, and only what it may name. Pure.
 */
export class ExchangeHearing {
  readonly #teller: PeerAddress
  readonly #networks = new Set<string>()
  #heardMs: number | undefined
  #strikes = 0
  #isFirst = true

  /** `teller` is where it is connected from. */
  constructor(teller: PeerAddress) {
    this.#teller = teller
  }

  hear(added: readonly PeerAddress[], nowMs: number): Hearing {
    const isEarly = this.#heardMs !== undefined && nowMs - this.#heardMs < pauseMinMs
    if (isEarly) return this.#strike()
    this.#heardMs = nowMs
    const max = this.#isFirst ? firstMax : laterMax
    this.#isFirst = false
    return { kind: 'taken', peers: added.slice(0, max).filter((peer) => this.#take(peer)) }
  }

  #take({ host }: PeerAddress): boolean {
    const ip = parseIp(host)
    if (!ip || this.#networks.size >= takenMax) return false
    if (!mayDial(ip, originOfTeller(parseIp(this.#teller.host), false))) return false
    const key = networkKey(host)
    if (this.#networks.has(key)) return false
    this.#networks.add(key)
    return true
  }

  #strike(): Hearing {
    this.#strikes += 1
    return { kind: this.#strikes > strikesMax ? 'nuisance' : 'ignored' }
  }
}

/** BEP 11: one message a minute; networks shift them a little. */
const pauseMinMs = 45_000

/** BEP 11: 50, but for the first message. */
const firstMax = 200
const laterMax = 50

/** What one peer can bring forth in all. A swarm has more than one peer to ask. */
const takenMax = 500

const strikesMax = 5
