/**
 * uTP (BEP 29): connections to peers over UDP, which let all other traffic go first.
 *
 * Job: packets (`packet.ts`), what may be in flight (`ledbat.ts`, `flight.ts`), the order of what comes
 * (`inbox.ts`), one connection (`utp-connection.ts`), and here all connections of one UDP port.
 * Non-goals: which peers (asking/), what is said (wire/), encryption, finding out how large packets may be.
 */
import type { Surroundings } from '../../../base/base.ts'
import { InterruptedError } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import { TokenBucket } from '../../../mesh/gate/token-bucket.ts'
import { formatAddress } from '../../../mesh/reach/address.ts'
import type { ByteDuplex, Connector, OnIncoming, PeerAddress } from '../bittorrent.ts'
import { familyOf } from '../udp/udp-port.ts'
import type { UdpPort } from '../udp/udp-port.ts'
import type { ConnectionParts, Overhead } from './connection-parts.ts'
import { encodePacket, headerBytes, looksLikeUtp, parsePacket } from './packet.ts'
import type { UtpPacket } from './packet.ts'
import { stepped } from './sequence.ts'
import { UtpConnection } from './utp-connection.ts'

export interface UtpConnectorOptions {
  /** Shared with others; whoever opened it closes it. */
  readonly udp: UdpPort
  readonly surroundings: Surroundings
  readonly onIncoming: OnIncoming
}

export function openUtpConnector(options: UtpConnectorOptions): Connector {
  return new UtpConnector(options)
}

class UtpConnector implements Connector {
  readonly transport = 'utp'
  readonly #options: UtpConnectorOptions
  readonly #taken: Disposable
  /** By `connectionKey` of the id under which packets come. */
  readonly #connections = new Map<string, UtpConnection>()
  /** Those that came in and have not proved where they are, oldest first. */
  readonly #unproved = new Set<UtpConnection>()
  readonly #resets: TokenBucket
  #tasks: (() => void)[] = []

  constructor(options: UtpConnectorOptions) {
    this.#options = options
    this.#resets = new TokenBucket(options.surroundings.clock, resetRate)
    this.#taken = options.udp.take({
      wants: looksLikeUtp,
      onDatagram: (data, from) => this.#hear(data, from),
    })
  }

  dial(address: PeerAddress, signal: AbortSignal): Promise<ByteDuplex> {
    const { promise, resolve, reject } = Promise.withResolvers<ByteDuplex>()
    if (signal.aborted) return Promise.reject(new InterruptedError(signal.reason))
    const where = `${address.host} port ${address.port}`
    if (!this.#options.udp.families.has(familyOf(address.host))) {
      return Promise.reject(new OfflineError(`There is no way to ${where} from here.`))
    }
    const ids = this.#freeIds(address)
    if (!ids) return Promise.reject(new OfflineError(`There are too many connections to ${where}.`))
    const stop = () => connection.close()
    const connection = this.#add(address, ids, undefined, {
      onOpen: () => {
        signal.removeEventListener('abort', stop)
        resolve(connection)
      },
      // Does nothing once it was open.
      onGone: () => {
        signal.removeEventListener('abort', stop)
        reject(
          signal.aborted
            ? new InterruptedError(signal.reason)
            : new OfflineError(`Nobody answers uTP at ${where}.`),
        )
      },
    })
    signal.addEventListener('abort', stop, { once: true })
    return promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of [...this.#connections.values()]) connection.close()
    this.#taken[Symbol.dispose]()
  }

  #hear(data: Uint8Array, from: PeerAddress): void {
    const packet = parsePacket(data)
    if (!packet) return
    const connection = this.#connectionOf(packet, from)
    if (connection) return connection.receive(packet)
    if (packet.kind === 'syn') return this.#answer(packet, from)
    if (packet.kind !== 'reset') this.#refuse(packet, from)
  }

  #connectionOf({ kind, connection: id }: UtpPacket, from: PeerAddress): UtpConnection | undefined {
    const known = (each: number) => this.#connections.get(connectionKey(from, each))
    if (kind === 'syn') return known(stepped(id, 1))
    const found = known(id)
    if (kind !== 'reset' || found) return found
    // It bears the id under which our packet went.
    return [known(stepped(id, 1)), known(stepped(id, -1))].find((one) => one?.ids.send === id)
  }

  /** Answers with one packet that is no larger than what came; only who got that has a connection. */
  #answer(syn: UtpPacket, from: PeerAddress): void {
    if (this.#connections.size >= connectionsMax) return
    const [oldest] = this.#unproved
    if (oldest && this.#unproved.size >= unprovedMax) oldest.close()
    const ids = { receive: stepped(syn.connection, 1), send: syn.connection }
    const connection = this.#add(from, ids, syn, {
      onOpen: () => {
        this.#unproved.delete(connection)
        this.#options.onIncoming(connection)
      },
      onGone: () => this.#unproved.delete(connection),
    })
    this.#unproved.add(connection)
  }

  #add(
    remote: PeerAddress,
    ids: ConnectionParts['ids'],
    syn: UtpPacket | undefined,
    on: { onOpen: () => void; onGone: () => void },
  ): UtpConnection {
    const { udp, surroundings } = this.#options
    const key = connectionKey(remote, ids.receive)
    const connection = new UtpConnection(
      {
        clock: surroundings.clock,
        remote,
        ids,
        firstSequence: this.#number(),
        payloadBytesMax: datagramBytesMax - headerBytes,
        send: (data) => udp.send(data, remote),
        defer: (task) => this.#defer(task),
        onOverhead: (overhead) => this.#count(remote, overhead),
        onOpen: on.onOpen,
        onGone: () => {
          this.#connections.delete(key)
          on.onGone()
        },
      },
      syn,
    )
    this.#connections.set(key, connection)
    return connection
  }

  /** Tells whoever takes us for another, or for ourselves before a restart. */
  #refuse({ connection, sequence }: UtpPacket, from: PeerAddress): void {
    if (this.#resets.take(resetRate) === undefined) return
    const data = encodePacket({
      kind: 'reset',
      connection,
      sequence: this.#number(),
      acknowledged: sequence,
      sentMicros: 0,
      delayMicros: 0,
      windowBytes: 0,
      selective: undefined,
      payload: new Uint8Array(),
    })
    this.#options.udp.send(data, from)
  }

  #freeIds(remote: PeerAddress): ConnectionParts['ids'] | undefined {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const receive = this.#number()
      if (!this.#connections.has(connectionKey(remote, receive))) {
        return { receive, send: stepped(receive, 1) }
      }
    }
    return undefined
  }

  #number(): number {
    return Buffer.from(this.#options.surroundings.random.bytes(2)).readUInt16BE()
  }

  #count(remote: PeerAddress, { direction, purpose, bytes }: Overhead): void {
    const peer = formatAddress(remote)
    this.#options.surroundings.meter.count(
      { peer, network: 'bittorrent', purpose, direction },
      bytes,
    )
  }

  /** One round of the event loop reads many packets: what they lead to is done once, after them. */
  #defer(task: () => void): void {
    if (this.#tasks.push(task) > 1) return
    setImmediate(() => {
      const tasks = this.#tasks
      this.#tasks = []
      for (const each of tasks) each()
    })
  }
}

function connectionKey({ host, port }: PeerAddress, id: number): string {
  return `${host} ${port} ${id}`
}

/**
 * Fits IPv6 through a WireGuard tunnel over IPv6 (1,420 bytes), and so almost every path. Node can't forbid
 * routers to cut packets up, and so can't find out more.
 */
const datagramBytesMax = 1_372

/** More than a client with 200 torrents has; each costs a few kB while it is idle. */
const connectionsMax = 4_000

/** Each is there for 7 seconds at most. */
const unprovedMax = 256

/** Enough for those who were left over by a restart; no use for whoever wants us to send to somebody else. */
const resetRate = { burst: 100, ratePerSecond: 50 }

const attemptsMax = 16
