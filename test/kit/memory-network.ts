import type { Clock } from '../../src/base/clock.ts'
import { OfflineError, WrongPeerError } from '../../src/mesh/errors.ts'
import { orStopped } from '../../src/mesh/link/send-body.ts'
import type {
  Address,
  Link,
  LinkWay,
  ListenOptions,
  Listener,
  PeerId,
  Transport,
  TransportParts,
} from '../../src/mesh/mesh.ts'
import { MemoryLink } from './memory-link.ts'
import { MemoryWire } from './memory-wire.ts'
import type { WireOptions } from './memory-wire.ts'

/** A dialler that hears nothing gives up after this, as over TCP. */
const dialTimeoutMs = 10_000
const firstPort = 40_000

interface Host {
  readonly host: string
  readonly parts: TransportParts
  onLinkByPort: Map<number, (link: Link) => void>
}

interface Connection {
  readonly peers: readonly [PeerId, PeerId]
  readonly wires: readonly [MemoryWire, MemoryWire]
  readonly link: MemoryLink
}

/**
 * A network of nodes in one process. Each node has its own address in 10.0.0.0/8. Latency, rate, cuts and
 * lost links are for a test to set; with none of them, everything arrives at once.
 */
export class MemoryNetwork {
  readonly #clock: Clock
  readonly #hosts = new Map<string, Host>()
  readonly #connections = new Set<Connection>()
  readonly #cuts = new Set<string>()
  #options: WireOptions = { latencyMs: 0, rateBytesPerSecond: undefined }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** One way of reaching the others, for one node: what openMesh and the contract suite want. */
  transport(parts: TransportParts): Transport {
    const number = this.#hosts.size + 1
    const host: Host = {
      host: `10.0.${number >> 8}.${number & 255}`,
      parts,
      onLinkByPort: new Map(),
    }
    this.#hosts.set(host.host, host)
    return {
      listen: async (options) => this.#listen(host, options),
      dial: (address, expected, way, signal) => this.#dial(host, address, expected, way, signal),
    }
  }

  /** Links that are up; each is counted once. */
  get openLinks(): number {
    return this.#connections.size
  }

  /** From now on, for links that there are and for new ones. */
  set(options: Partial<WireOptions>): void {
    this.#options = { ...this.#options, ...options }
  }

  /** Nothing passes between the two until `heal`; what is on its way waits. */
  cut(a: PeerId, b: PeerId): void {
    this.#cuts.add(pair(a, b))
    for (const { wires } of this.#between(a, b)) wires.forEach((wire) => wire.cut())
  }

  heal(a: PeerId, b: PeerId): void {
    this.#cuts.delete(pair(a, b))
    for (const { wires } of this.#between(a, b)) wires.forEach((wire) => wire.heal())
  }

  /** Ends all links between the two, at once and without a word. */
  lose(a: PeerId, b: PeerId): void {
    for (const { link } of this.#between(a, b)) link.lose()
  }

  #between(a: PeerId, b: PeerId): Connection[] {
    return [...this.#connections].filter(({ peers }) => pair(...peers) === pair(a, b))
  }

  #listen(host: Host, { port, onLink }: ListenOptions): Listener {
    const chosen = port === 0 ? firstPort + host.onLinkByPort.size : port
    if (host.onLinkByPort.has(chosen)) throw new Error(`port ${chosen} is taken`)
    host.onLinkByPort.set(chosen, onLink)
    return {
      address: { host: host.host, port: chosen },
      [Symbol.asyncDispose]: async () => {
        host.onLinkByPort.delete(chosen)
      },
    }
  }

  async #dial(
    from: Host,
    address: Address,
    expected: PeerId,
    way: LinkWay,
    signal: AbortSignal,
  ): Promise<Link> {
    await orStopped(Promise.resolve(), signal)
    const to = this.#hosts.get(address.host)
    const found = to?.parts.identity.peerId
    if (found && this.#cuts.has(pair(from.parts.identity.peerId, found))) {
      await this.#clock.sleep(dialTimeoutMs, signal)
      throw new OfflineError(`Nobody answers at ${address.host}.`)
    }
    if (this.#options.latencyMs > 0) await this.#clock.sleep(this.#options.latencyMs * 2, signal)
    const onLink = to?.onLinkByPort.get(address.port)
    if (!to || !found || !onLink) throw new OfflineError(`Nobody listens at ${address.host}.`)
    if (found !== expected) throw new WrongPeerError(expected, found)
    return this.#connect(from, to, way, onLink)
  }

  #connect(from: Host, to: Host, way: LinkWay, onLink: (link: Link) => void): Link {
    const wires = [this.#wire(), this.#wire()] as const
    const near = this.#end(from, to, way, true, wires[0])
    const far = this.#end(to, from, way, false, wires[1])
    near.far = far
    far.far = near
    const connection = { peers: [far.peer, near.peer] as const, wires, link: near }
    this.#connections.add(connection)
    void near.ended.then(() => this.#connections.delete(connection))
    onLink(far)
    return near
  }

  #end(here: Host, there: Host, way: LinkWay, dialled: boolean, wire: MemoryWire): MemoryLink {
    const peer = there.parts.identity.peerId
    const { gate, answer, surroundings } = here.parts
    const visit = dialled ? gate.leave(there.host) : gate.enter(there.host, () => {})
    try {
      visit.prove(peer)
    } catch (error) {
      visit[Symbol.dispose]()
      // The dialler of a real link sees no more than that it was shut.
      throw dialled ? error : new OfflineError(`${there.host} shut the link.`, { cause: error })
    }
    return new MemoryLink({
      peer,
      way,
      remote: there.host,
      dialled,
      answerer: answer,
      visit,
      surroundings,
      wire,
      roundTripMs: () => this.#options.latencyMs * 2,
    })
  }

  #wire(): MemoryWire {
    return new MemoryWire(this.#clock, () => this.#options)
  }
}

function pair(a: PeerId, b: PeerId): string {
  return [a, b].toSorted().join(' ')
}
