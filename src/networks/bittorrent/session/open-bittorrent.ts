import type { Surroundings } from '../../../base/base.ts'
import type { Database } from '../../../base/database.ts'
import { MissingError } from '../../../base/errors.ts'
import { Topic } from '../../../base/topic.ts'
import type { ByteDuplex, OnIncoming } from '../bittorrent.ts'
import { formatMagnet, magnetOf, swarmsOf } from '../magnet/magnet.ts'
import { PieceMemory, pieceMemoryBytes } from '../storing/piece-memory.ts'
import { openPieceThreads } from '../storing/piece-threads.ts'
import { parseSwarmId, bytesOfSwarm } from '../swarm-id.ts'
import { answerGreeting } from '../talking/greeting.ts'
import type { EncryptionPolicy } from '../wire/encryption/encryption.ts'
import type { Handshake } from '../wire/handshake.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import { ResumeStore } from './resume-store.ts'
import type { StoredTorrentRow } from './resume-store.ts'
import type { BitTorrent, NewTorrent, SwarmNetwork, Torrent } from './session.ts'
import { TorrentSession } from './torrent-session.ts'

export interface BitTorrentOptions {
  readonly database: Database
  readonly surroundings: Surroundings
  /** Opens it; connections that come in go to `onIncoming`. */
  readonly openNetwork: (onIncoming: OnIncoming) => Promise<SwarmNetwork>
  readonly encryption: EncryptionPolicy
  /** Whether loopback and private addresses are dialled on anyone's word. */
  readonly allowsLocal: boolean
  /** Name and version of the program, as peers see it. */
  readonly client: string
}

/** Opens the torrents of the last run, and goes on with those that are not paused. */
export async function openBitTorrent(options: BitTorrentOptions): Promise<BitTorrent> {
  await using opened = new AsyncDisposableStack()
  const session = new Session(options)
  const network = opened.use(await options.openNetwork((duplex) => session.accept(duplex)))
  await session.begin(network)
  opened.use(session)
  const kept = opened.move()
  return {
    port: network.port,
    all: () => session.all(),
    byId: (id) => session.byId(id),
    add: (torrent) => session.add(torrent),
    remove: (id) => session.remove(id),
    changed: session.changed,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

class Session implements AsyncDisposable {
  readonly changed = new Topic<Torrent>()
  readonly #options: BitTorrentOptions
  readonly #store: ResumeStore
  readonly #threads = openPieceThreads()
  readonly #memory = new PieceMemory(pieceMemoryBytes)
  readonly #torrentsById = new Map<string, TorrentSession>()
  readonly #lastToldMs = new WeakMap<TorrentSession, { kind: string; atMs: number }>()
  readonly #stop = new AbortController()
  #network: SwarmNetwork | undefined

  constructor(options: BitTorrentOptions) {
    this.#options = options
    this.#store = new ResumeStore(options.database)
  }

  async begin(network: SwarmNetwork): Promise<void> {
    this.#network = network
    for (const row of await this.#store.all()) this.#open(row)
  }

  all(): readonly Torrent[] {
    return [...this.#torrentsById.values()]
  }

  byId(id: string): TorrentSession | undefined {
    return this.#torrentsById.get(id)
  }

  async add({ source, ...how }: NewTorrent): Promise<Torrent> {
    const isMagnet = !('info' in source)
    const swarms = isMagnet ? swarmsOf(source) : source.info.swarms
    const there = this.#bySwarms(swarms)
    if (there) {
      await there.resume()
      there.addPeers(how.peers ?? [])
      return there
    }
    const [id] = swarms
    if (!id) throw new TypeError('a torrent has a hash')
    const magnet = isMagnet ? source : magnetOf(source)
    const row: StoredTorrentRow = {
      ...{ id, destination: how.destination, isPaused: false, resume: undefined },
      metainfo: isMagnet ? undefined : source,
      magnet: formatMagnet(magnet),
      isSequential: how.isSequential ?? false,
      select: how.select ?? (isMagnet ? source.select : undefined),
      ...{ uploadedBytes: 0, downloadedBytes: 0 },
    }
    await this.#store.put(row)
    const torrent = this.#open(row)
    torrent.addPeers(how.peers ?? [])
    return torrent
  }

  async remove(id: string): Promise<void> {
    const torrent = this.#torrentsById.get(id)
    if (!torrent)
      throw new MissingError(`There is no torrent ${id}. "fullmesh torrent ls" lists them.`)
    this.#torrentsById.delete(id)
    await torrent.remove()
    await this.#store.remove(torrent.id)
    this.changed.publish(torrent)
  }

  /** A connection that came in: its greeting says which torrent it is about. */
  accept(duplex: ByteDuplex): void {
    const { surroundings, encryption: policy } = this.#options
    const { random, clock, log } = surroundings
    const answer = (theirs: Handshake) => {
      const handshake = this.#meant(theirs)?.handshake(this.#answered(theirs))
      if (!handshake) throw new ProtocolError('it asks for a torrent that is not here')
      return handshake
    }
    const how = { policy, random, clock, answer, swarms: () => this.#swarms() }
    void this.#greet(duplex, how).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      log.debug('a connection could not be greeted', { host: duplex.remote.host, reason })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all(
      [...this.#torrentsById.values()].map((torrent) => torrent[Symbol.asyncDispose]()),
    )
    await this.#threads[Symbol.asyncDispose]()
  }

  async #greet(duplex: ByteDuplex, how: Parameters<typeof answerGreeting>[1]): Promise<void> {
    const greeted = await answerGreeting(duplex, how, this.#stop.signal)
    const torrent = this.#meant(greeted.theirs)
    // What both go on with is what we have answered.
    const theirs = { ...greeted.theirs, swarm: this.#answered(greeted.theirs) }
    if (torrent) torrent.accept({ ...greeted, theirs }, duplex.remote)
    else duplex.close()
  }

  #open(row: StoredTorrentRow): TorrentSession {
    const { surroundings, encryption, allowsLocal, client } = this.#options
    const network = this.#network
    if (!network) throw new Error('torrents need a network')
    const torrent = new TorrentSession(
      {
        ...{ surroundings, network, allowsLocal, client, policy: encryption },
        ...{ threads: this.#threads, memory: this.#memory, uploadSlots },
        save: async (newest) => {
          if (this.#torrentsById.has(newest.id)) await this.#store.put(newest)
        },
        onChange: (changed) => this.#tell(changed),
      },
      row,
    )
    this.#torrentsById.set(row.id, torrent)
    torrent.start()
    return torrent
  }

  /** Twice a second at most, but each change of state at once. */
  #tell(torrent: TorrentSession): void {
    const atMs = this.#options.surroundings.clock.elapsed()
    const { kind } = torrent
    const last = this.#lastToldMs.get(torrent)
    if (last?.kind === kind && atMs - last.atMs < toldEveryMs) return
    this.#lastToldMs.set(torrent, { kind, atMs })
    this.changed.publish(torrent)
  }

  #bySwarms(swarms: readonly string[]): TorrentSession | undefined {
    for (const torrent of this.#torrentsById.values()) {
      if (torrent.swarms.some((swarm) => swarms.includes(swarm))) return torrent
    }
    return undefined
  }

  #meant({ swarm }: Handshake): TorrentSession | undefined {
    return this.#bySwarms([parseSwarmId(swarm)])
  }

  /** A peer that has come under the v1 hash and can v2 is answered under that (BEP 52). */
  #answered(theirs: Handshake): Uint8Array {
    const [, v2] = this.#meant(theirs)?.swarms ?? []
    return v2 !== undefined && theirs.features.v2 ? bytesOfSwarm(v2) : theirs.swarm
  }

  *#swarms(): Generator<Uint8Array> {
    for (const torrent of this.#torrentsById.values()) {
      for (const swarm of torrent.swarms) yield bytesOfSwarm(swarm)
    }
  }
}

/** Peers that are served at once, of one torrent. */
const uploadSlots = 8

const toldEveryMs = 500
