import { NodeError } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import type { AddressOrigin } from '../../../mesh/mesh.ts'
import { resolveAddress } from '../../../mesh/reach/resolve.ts'
import type { Lookup } from '../../../mesh/reach/resolve.ts'
import { Turnstile } from '../announcing/turnstile.ts'
import type { PeerAddress, SwarmId } from '../bittorrent.ts'
import { familyOf } from '../udp/udp-port.ts'
import type { TrackerUrl } from './tracker-url.ts'
import type { SwarmCounts, TrackerAnswer, TrackerClient, TrackerQuestion } from './tracker.ts'

export interface TrackerDeskOptions {
  readonly http: TrackerClient
  readonly udp: TrackerClient
  readonly lookUp: Lookup
  /** On whose word trackers are asked: `peer` keeps to the internet, `user` allows trackers at home. */
  readonly origin: AddressOrigin
  /** How many may be asked at once. */
  readonly atOnceMax: number
}

/** Asks any tracker: looks its name up, checks where that leads, and asks by IPv4 and by IPv6, so that peers of both find us (BEP 7). */
export class TrackerDesk {
  readonly #options: TrackerDeskOptions
  readonly #turnstile: Turnstile

  constructor(options: TrackerDeskOptions) {
    this.#options = options
    this.#turnstile = new Turnstile(options.atOnceMax)
  }

  /** Rejects with TrackerError, OfflineError, ForbiddenAddressError or InterruptedError. */
  async announce(
    url: TrackerUrl,
    question: TrackerQuestion,
    signal: AbortSignal,
  ): Promise<TrackerAnswer> {
    const answers = await this.#everywhere(url, signal, (client, at) =>
      client.announce(url, at, question, signal),
    )
    const [first] = answers
    if (!first) throw new OfflineError('The tracker has no address.')
    return { ...first, peers: answers.flatMap(({ peers }) => peers) }
  }

  async scrape(
    url: TrackerUrl,
    swarms: readonly SwarmId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<SwarmId, SwarmCounts>> {
    const [first] = await this.#everywhere(url, signal, (client, at) =>
      client.scrape(url, at, swarms, signal),
    )
    return first ?? new Map()
  }

  /** One address of each family; what at least one of them answers counts. */
  async #everywhere<Result>(
    url: TrackerUrl,
    signal: AbortSignal,
    ask: (client: TrackerClient, at: PeerAddress) => Promise<Result>,
  ): Promise<Result[]> {
    const { http, udp, lookUp, origin } = this.#options
    const addresses = await resolveAddress(url, origin, lookUp)
    const client = url.scheme === 'udp' ? udp : http
    const chosen = (['IPv4', 'IPv6'] as const).flatMap(
      (family) => addresses.find(({ host }) => familyOf(host) === family) ?? [],
    )
    const askAll = () => Promise.allSettled(chosen.map((at) => ask(client, at)))
    const outcomes = await this.#turnstile.pass(askAll, signal)
    const results = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    const failed = outcomes.find((each) => each.status === 'rejected')
    if (results.length > 0 || !failed) return results
    if (failed.reason instanceof NodeError) throw failed.reason
    throw new OfflineError('The tracker could not be asked.', { cause: failed.reason })
  }
}
