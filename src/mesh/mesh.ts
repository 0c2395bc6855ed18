/**
 * Mesh: links between peers. Who a peer is, how it is found and reached, and one way to ask it things.
 *
 * Job: the node's identity, links (HTTP/2 over mutual TLS 1.3), the gate that limits what anyone may
 * cost us, discovery on the LAN, the book of peers, and dialling by all of these.
 * Non-goals: what is asked (shares and transfer own the paths and bodies), who may read a share.
 *
 * This file holds the floor's nouns and ports; each is made by the `openX` or function named beside it.
 */
import type { Surroundings } from '../base/base.ts'
import type { Brand } from '../base/brand.ts'
import type { TrafficPurpose } from '../base/meter.ts'
import type { Topic } from '../base/topic.ts'

/** A peer's Ed25519 public key in base32: 52 lower-case characters. Parser: identity/peer-id.ts. */
export type PeerId = Brand<string, 'PeerId'>

/** This node's own key. Opened by identity/identity.ts; the private key never leaves it. */
export interface Identity {
  readonly peerId: PeerId
  /** Ed25519 over `bytes`, 64 bytes. Domain separation is the caller's duty. */
  sign(bytes: Uint8Array): Uint8Array
  /** The TLS certificate and key of this identity, PEM. */
  readonly certificate: string
  readonly privateKey: string
}

/** Where a peer may be dialled. `host` is an IP address or, from the user only, a host name. Parser: reach/address.ts. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * On whose word an address is dialled, which decides the ranges it may be in (reach/address-policy.ts):
 * the user's, that of a peer on this computer, seen on or told from inside the local network, any peer's.
 */
export type AddressOrigin = 'user' | 'host' | 'lan' | 'peer'

/** A network interface of this computer that is up. */
export interface NetworkInterface {
  readonly name: string
  readonly addresses: readonly InterfaceAddress[]
}

export interface InterfaceAddress {
  /** An IP address in its canonical spelling, without a zone. */
  readonly host: string
  /** How many bits of it are the same for all that is on the wire. */
  readonly prefixBits: number
}

/** The network interfaces of this computer. Opened by reach/interfaces.ts. */
export interface Interfaces extends Disposable {
  all(): readonly NetworkInterface[]
  /** Whenever one comes, goes or gets another address. */
  readonly changed: Topic<readonly NetworkInterface[]>
}

/** How a link is made. `punched` and `relayed` are kept free for the DHT. */
export type LinkWay = 'memory' | 'lan' | 'direct' | 'punched' | 'relayed'

/** A question to a peer. Paths and bodies are defined in docs/protocols. */
export interface Question {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Starts with the protocol's version: `/1/...`. */
  readonly path: string
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
  /** What the bytes of the answer's body are counted, and paced, as; `protocol` by default. */
  readonly answerPurpose?: TrafficPurpose
}

/**
 * Bytes in order, with back-pressure: the sender waits until the receiver takes more. A chunk that was
 * handed over must not be changed any more.
 */
export type Body = Uint8Array | AsyncIterable<Uint8Array>

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
  /** What the bytes of the body are counted, and paced, as; `protocol` by default. */
  readonly purpose?: TrafficPurpose
}

/**
 * An answer as the asker sees it. The body must be read to its end or cancelled: with `cancel`, by leaving
 * the loop that reads it, or by the signal of the question. A body that the far side breaks off rejects
 * with OfflineError.
 */
export interface ReceivedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
  /** Tells the far side to stop sending; does nothing after the end. */
  cancel(): void
}

/** A question as the one who answers sees it. `peer` was proved by the link. */
export interface ReceivedQuestion {
  readonly peer: PeerId
  readonly link: Link
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
  /** Fires when the asker has gone or cancelled: stop working for it. */
  readonly signal: AbortSignal
}

/** Answers questions. What it throws becomes the status of the error's kind; what is no NodeError becomes 500 and is logged. */
export type Answerer = (question: ReceivedQuestion) => Promise<Answer>

/**
 * A live, encrypted, mutually proved connection to one peer. Both ends may ask and both answer, whoever
 * dialled. One contract suite (test/contracts/link.ts) holds for every implementation.
 */
export interface Link extends AsyncDisposable {
  readonly peer: PeerId
  readonly way: LinkWay
  /** The far address as text, for people and limits. */
  readonly remote: string
  /** Whether we dialled it. */
  readonly dialled: boolean
  /** Rejects with OfflineError if the link ends first, with InterruptedError if `signal` fires. Status codes are not errors. */
  ask(question: Question, signal: AbortSignal): Promise<ReceivedAnswer>
  /** Smoothed round trip in milliseconds, or undefined before the first measurement. */
  readonly roundTripMs: number | undefined
  /** Resolves when the link has ended, for whatever reason. */
  readonly ended: Promise<void>
}

/** What a transport is made with: who this node is, who answers for it, and what decides who may come in. */
export interface TransportParts {
  readonly identity: Identity
  readonly answer: Answerer
  readonly gate: Gate
  readonly surroundings: Surroundings
}

/**
 * Decides what anyone may cost this node: how many connections, links and questions, how often, how much
 * memory, and that blocked contacts get nothing. It counts what it is told and touches no socket. All
 * transports of a node share one. Made by gate/gate.ts; its limits stand in gate/limits.ts.
 */
export interface Gate {
  /**
   * A connection from `host` came in, of which no byte was read yet. Throws GateError. Dispose it when the
   * connection is gone. `evict` is called when it has to make room for a host that has fewer.
   */
  enter(host: string, evict: () => void): Visit
  /** A connection that this node makes. Dispose it when the connection is gone. */
  leave(host: string): Visit
  /** How many bytes of one answer may be here unread: the fewer, the more questions this node has open. */
  readonly windowBytes: number
  readonly windowChanged: Topic<number>
}

/** One connection, as the gate knows it. Disposing it gives back all that it had. */
export interface Visit extends Disposable {
  /** The far side has proved to be `peer`. Throws GateError. */
  prove(peer: PeerId): void
  /**
   * A question came, of whose body up to `unreadBytesMax` may be here before anyone reads it. Resolves when
   * its turn has come, which is later for whoever asks much; dispose what it gives when it is answered.
   * Rejects with GateError when that would take too long.
   */
  question(unreadBytesMax: number, signal: AbortSignal): Promise<Disposable>
  /** This node asks. Throws GateError. Dispose it when the answer has ended. */
  ask(): Disposable
  /** Bytes of an answer wait here for the far side to take them. When memory runs short, those that moved least are told to go. */
  hold(bytes: number, evict: () => void): Held
  /** What this connection has read in all, and how much of it was good for something. Throws ExpelledError for endless chatter. */
  heard(readBytes: number, usefulBytes: number): void
}

/** Outgoing bytes on their way. Dispose it when they are gone. */
export interface Held extends Disposable {
  /** The far side took some. */
  moved(): void
}

/**
 * A way to make links: TLS over TCP (link/tls-transport.ts), memory (test/kit), later a DHT with hole punching.
 */
export interface Transport {
  /** Starts to accept. `onLink` is called for each proved link that the gate lets in. */
  listen(options: ListenOptions): Promise<Listener>
  /** Proves that the far side is `expected`. Rejects with OfflineError or WrongPeerError. */
  dial(address: Address, expected: PeerId, way: LinkWay, signal: AbortSignal): Promise<Link>
}

export interface ListenOptions {
  /** Undefined listens on all addresses, IPv6 and IPv4. */
  readonly host: string | undefined
  /** 0 lets the system choose. */
  readonly port: number
  readonly onLink: (link: Link) => void
}

export interface Listener extends AsyncDisposable {
  readonly address: Address
}

/** A node that was seen on the LAN. Everything in it is that node's own word until a link proves its PeerId. */
export interface Neighbour {
  readonly peer: PeerId
  /** Made safe for display: no control or bidi characters, at most 63 characters. */
  readonly name: string
  readonly addresses: readonly Address[]
}

/** Finds nodes on the LAN and is found by them: DNS-SD `_fullmesh._tcp`. Opened by discovery/lan-discovery.ts. */
export interface Discovery extends AsyncDisposable {
  neighbours(): readonly Neighbour[]
  /** The neighbours, whenever one comes, goes or moves. */
  readonly changed: Topic<readonly Neighbour[]>
}

/** A peer that the user knows. `trusted` may do what shares allow to contacts; `known` only has a name; `blocked` gets nothing. */
export interface Contact {
  readonly peer: PeerId
  /** Chosen by this node's user; unique. */
  readonly petname: string
  readonly trust: 'known' | 'trusted' | 'blocked'
  readonly sinceMs: number
  readonly lastSeenMs: number | undefined
}

/** Contacts, and the addresses at which any peer was reached or announced; survives restarts. Opened by book/peer-book.ts. */
export interface PeerBook {
  contacts(): readonly Contact[]
  contact(peer: PeerId): Contact | undefined
  /** By petname, by PeerId, or by an unambiguous beginning of a PeerId of at least 6 characters. */
  find(text: string): PeerId | undefined
  /** Adds or changes; a petname that another contact has gets a number behind it. Returns what is stored. */
  put(
    peer: PeerId,
    change: { readonly petname?: string; readonly trust?: Contact['trust'] },
  ): Promise<Contact>
  remove(peer: PeerId): Promise<void>
  seen(peer: PeerId): void
  addresses(peer: PeerId): readonly KnownAddress[]
  /** Remembers addresses (at most 16 a peer, newest first). Those that the policy forbids are dropped in silence. */
  remember(peer: PeerId, addresses: readonly Address[], origin: AddressOrigin): Promise<void>
  /** What the peer calls itself, as it last said: hearsay, fit to be shown beside its PeerId. */
  selfName(peer: PeerId): string | undefined
  heardName(peer: PeerId, name: string): void
  /** A link to the peer was made at this address, which came from `origin`. */
  reached(peer: PeerId, address: Address, origin: AddressOrigin): void
  /** A contact was added, changed, seen or removed. */
  readonly changed: Topic<PeerId>
}

export interface KnownAddress extends Address {
  readonly origin: AddressOrigin
  /** When a link was last made there, by the wall. */
  readonly reachedMs: number | undefined
}

/** The node's presence in the mesh. Opened by open-mesh.ts. */
export interface Mesh extends AsyncDisposable {
  readonly identity: Identity
  readonly book: PeerBook
  readonly discovery: Discovery
  /** The link to a peer: the one there is, or a new one by any known address, LAN first. Rejects with OfflineError. */
  link(peer: PeerId, signal: AbortSignal): Promise<Link>
  /** Keeps a link to the peer up, dialling again for as long as it takes, until disposed. */
  keepLinked(peer: PeerId): Disposable
  /** Links that are up now, one a peer. */
  links(): readonly Link[]
  readonly linked: Topic<Link>
  /** Each link that was `linked`, once: when it has ended, or when a better one to the same peer takes over (which is `linked` next). */
  readonly unlinked: Topic<Link>
  /** The far side of `link` named addresses of `about`, itself or another. Those that it may name are remembered. */
  heard(link: Link, about: PeerId, addresses: readonly Address[]): Promise<void>
  /** Addresses at which others may reach this node, best first, for links and announcements. */
  addresses(): readonly Address[]
  /** Ends the links of a peer, for example after blocking it. */
  drop(peer: PeerId): Promise<void>
}
