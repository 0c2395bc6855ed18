import { decodeDnsMessage, encodeDnsMessage } from '../../../src/mesh/discovery/dns-message.ts'
import type { DnsMessage, DnsRecord } from '../../../src/mesh/discovery/dns-message.ts'
import { openLanDiscovery } from '../../../src/mesh/discovery/lan-discovery.ts'
import { ownRecords } from '../../../src/mesh/discovery/own-service.ts'
import type { Discovery, NetworkInterface } from '../../../src/mesh/mesh.ts'
import { MemoryInterfaces } from '../../kit/memory-interfaces.ts'
import { MemoryLan } from '../../kit/memory-lan.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import type { TestSurroundings } from '../../kit/surroundings.ts'
import { testIdentity } from '../../kit/test-identity.ts'

export interface LanNode {
  readonly name: string
  readonly peer: string
  readonly discovery: Discovery
  readonly interfaces: MemoryInterfaces
}

/** Nodes that announce and browse on wires in memory, with one manual clock. */
export class SimulatedLan implements AsyncDisposable {
  readonly wires = new MemoryLan()
  readonly surroundings: TestSurroundings
  readonly #opened = new AsyncDisposableStack()
  readonly #namesByPeer = new Map<string, string>()

  constructor(seed: string) {
    this.surroundings = testSurroundings(seed)
  }

  get clock() {
    return this.surroundings.clock
  }

  async join(
    name: string,
    number: number,
    interfaces: readonly NetworkInterface[] = [dualStack(number)],
  ): Promise<LanNode> {
    const held = new MemoryInterfaces(interfaces)
    const own = serviceOf(name)
    const discovery = await openLanDiscovery({
      service: own,
      listening: { host: '::', port: own.port },
      interfaces: held,
      only: undefined,
      openMulticast: this.wires.open,
      surroundings: this.surroundings,
    })
    this.#opened.use(discovery)
    return { name, peer: this.#peer(name), discovery, interfaces: held }
  }

  /** The addresses of neighbours by the names of those that this test has named; others by their PeerId. */
  seenBy({ discovery }: LanNode): Record<string, string[]> {
    return Object.fromEntries(
      discovery
        .neighbours()
        .map(({ peer, addresses }) => [
          this.#namesByPeer.get(peer) ?? peer,
          addresses.map(({ host }) => host).toSorted(),
        ]),
    )
  }

  recordsOf(name: string, number: number): DnsRecord[] {
    this.#peer(name)
    return ownRecords(serviceOf(name), 1, wire('eth0', `192.168.1.${number}`, 24))
  }

  say(source: string, answers: readonly DnsRecord[]): void {
    this.send(source, { kind: 'response', questions: [], answers, authorities: [] })
  }

  send(source: string, message: DnsMessage): void {
    this.wires.send('eth0 IPv4', encodeDnsMessage(message), source)
  }

  messagesOn(name: string): DnsMessage[] {
    return this.wires.sent.flatMap((one) => (one.wire === name ? decodeDnsMessage(one.data) : []))
  }

  get bytes(): number {
    return this.wires.sent.reduce((sum, { data }) => sum + data.length, 0)
  }

  bytesFrom(address: string): number {
    return this.wires.sent
      .filter(({ source }) => source === address)
      .reduce((sum, { data }) => sum + data.length, 0)
  }

  /** The instances that whoever has this address has announced. */
  instances(address: string): Set<string> {
    return new Set(this.#said(address, ({ answers }) => answers))
  }

  /** The instances that it has announced or probed for. */
  names(address: string): Set<string> {
    return new Set(this.#said(address, ({ answers, authorities }) => [...answers, ...authorities]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }

  #said(address: string, pick: (message: DnsMessage) => readonly DnsRecord[]): string[] {
    return this.wires.sent
      .filter(({ source }) => source === address)
      .flatMap(({ data }) => pick(decodeDnsMessage(data)))
      .flatMap(({ type, name }) => (type === 'SRV' ? (name.split('.')[0] ?? '') : []))
  }

  #peer(name: string): string {
    const { peer } = serviceOf(name)
    this.#namesByPeer.set(peer, name)
    return peer
  }
}

export function serviceOf(name: string) {
  return { peer: testIdentity(name).peerId, name, port: 4711 }
}

export function wire(
  name: string,
  hosts: string | readonly string[],
  prefixBits: number,
): NetworkInterface {
  return { name, addresses: [hosts].flat().map((host) => ({ host, prefixBits })) }
}

function dualStack(number: number): NetworkInterface {
  const addresses = [
    { host: `192.168.1.${number}`, prefixBits: 24 },
    { host: `fe80::${number.toString(16)}`, prefixBits: 64 },
  ]
  return { name: 'eth0', addresses }
}
