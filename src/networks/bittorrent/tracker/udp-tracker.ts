import type { Surroundings } from '../../../base/base.ts'
import { InterruptedError } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { familyOf } from '../udp/udp-port.ts'
import type { UdpPort } from '../udp/udp-port.ts'
import type { TrackerUrl } from './tracker-url.ts'
import { TrackerError } from './tracker.ts'
import type { TrackerClient } from './tracker.ts'
import {
  encodeAnnounce,
  encodeConnect,
  encodeScrape,
  parseAnnounced,
  parseConnected,
  parseFailure,
  parseHead,
  parseScraped,
} from './udp-packets.ts'
import type { QuestionHead, UdpAction } from './udp-packets.ts'

/** Asks trackers by UDP, over the port of uTP and the DHT. Dispose it to stop listening. */
export class UdpTrackerClient implements TrackerClient, Disposable {
  readonly #udp: UdpPort
  readonly #surroundings: Surroundings
  readonly #waiting = new Map<number, { from: PeerAddress; take: (data: Uint8Array) => void }>()
  /** By address: what the tracker there gave us, and when. */
  readonly #connections = new Map<string, { readonly id: Uint8Array; readonly atMs: number }>()
  readonly #taken: Disposable

  constructor(udp: UdpPort, surroundings: Surroundings) {
    this.#udp = udp
    this.#surroundings = surroundings
    this.#taken = udp.take({
      wants: (data, from) => this.#waitingFor(data, from) !== undefined,
      onDatagram: (data, from) => this.#waitingFor(data, from)?.take(data),
    })
  }

  readonly announce: TrackerClient['announce'] = async (url, at, question, signal) => {
    const ask = (head: QuestionHead) => encodeAnnounce(head, question, optionPath(url))
    const data = await this.#connectedAsk(url, at, 'announce', ask, signal)
    return parseAnnounced(data, familyOf(at.host)) ?? fail('What the tracker says is too short.')
  }

  readonly scrape: TrackerClient['scrape'] = async (url, at, swarms, signal) => {
    const ask = (head: QuestionHead) => encodeScrape(head, swarms)
    return parseScraped(await this.#connectedAsk(url, at, 'scrape', ask, signal), swarms)
  };

  [Symbol.dispose](): void {
    this.#taken[Symbol.dispose]()
  }

  async #connectedAsk(
    url: TrackerUrl,
    at: PeerAddress,
    action: UdpAction,
    encode: (head: QuestionHead) => Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const connection = await this.#connect(url, at, signal)
    return this.#ask(url, at, action, (transaction) => encode({ connection, transaction }), signal)
  }

  async #connect(url: TrackerUrl, at: PeerAddress, signal: AbortSignal): Promise<Uint8Array> {
    const key = `${at.host} ${at.port}`
    const known = this.#connections.get(key)
    if (known && this.#now - known.atMs < connectionMs) return known.id
    const data = await this.#ask(url, at, 'connect', encodeConnect, signal)
    const id = parseConnected(data) ?? fail('What the tracker says is too short.')
    for (const [each, { atMs }] of this.#connections) {
      if (this.#now - atMs >= connectionMs) this.#connections.delete(each)
    }
    this.#connections.set(key, { id, atMs: this.#now })
    return id
  }

  /** Sends until an answer comes: after 15 s, after 30 s more; then it is given up. */
  async #ask(
    url: TrackerUrl,
    at: PeerAddress,
    action: UdpAction,
    encode: (transaction: number) => Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (signal.aborted) throw new InterruptedError(signal.reason)
    if (!this.#udp.families.has(familyOf(at.host))) {
      throw new OfflineError('There is no way to the tracker from here.')
    }
    const transaction = Buffer.from(this.#surroundings.random.bytes(4)).readUInt32BE()
    const question = encode(transaction)
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const stop = () => reject(new InterruptedError(signal.reason))
    signal.addEventListener('abort', stop, { once: true })
    this.#waiting.set(transaction, { from: at, take: resolve })
    let timer: Disposable | undefined
    const send = (waitMs: number) => {
      this.#count(url, 'out', question)
      this.#udp.send(question, at)
      timer = this.#surroundings.clock.after(waitMs, () => {
        if (waitMs < lastWaitMs) send(waitMs * 2)
        else reject(new OfflineError('The tracker does not answer.'))
      })
    }
    send(firstWaitMs)
    try {
      const data = await promise
      this.#count(url, 'in', data)
      const said = parseHead(data)?.action
      if (said === 'failure') fail(`The tracker refuses: ${parseFailure(data)}`)
      return said === action ? data : fail('The tracker answers something else.')
    } finally {
      timer?.[Symbol.dispose]()
      signal.removeEventListener('abort', stop)
      this.#waiting.delete(transaction)
    }
  }

  #waitingFor(data: Uint8Array, from: PeerAddress) {
    const head = parseHead(data)
    const waiting = head && this.#waiting.get(head.transaction)
    return waiting?.from.host === from.host && waiting.from.port === from.port ? waiting : undefined
  }

  #count({ host }: TrackerUrl, direction: 'in' | 'out', data: Uint8Array): void {
    const label = { peer: host, network: 'bittorrent', purpose: 'discovery', direction } as const
    this.#surroundings.meter.count(label, data.length)
  }

  get #now(): number {
    return this.#surroundings.clock.elapsed()
  }
}

/** BEP 41: only what says something. */
function optionPath({ path }: TrackerUrl): string {
  return path === '/' ? '' : path
}

function fail(message: string): never {
  throw new TrackerError(message)
}

/** BEP 15: a connection id is good for a minute to whoever asks. */
const connectionMs = 60_000

/** BEP 15, "time outs": 15 s times a power of two; it goes on for hours, by when another tracker is tried. */
const firstWaitMs = 15_000
const lastWaitMs = 30_000
