import type { Clock } from '../../../base/clock.ts'
import type { Direction, Meter, TrafficLabel, TrafficPurpose } from '../../../base/meter.ts'
import type { Pace } from '../../../base/pace.ts'
import type { PlannedPeer } from '../asking/block-planner.ts'
import type { ChokedPeer } from '../asking/choker.ts'
import type { PeerAddress, PeerOrigin } from '../bittorrent.ts'
import type { Bitfield } from '../missing/bitfield.ts'
import { encodeBitfield } from '../wire/bitfield.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import { decodeDontHave, encodeDontHave } from '../wire/dont-have.ts'
import { encodeExtended } from '../wire/extended.ts'
import type { ExtendedMessage } from '../wire/extended.ts'
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
  ownExtensions,
} from '../wire/extension-handshake.ts'
import type { ExtensionHandshake, ExtensionName } from '../wire/extension-handshake.ts'
import { encodeFlag } from '../wire/flags.ts'
import type { FlagKind } from '../wire/flags.ts'
import { encodePieceIndex } from '../wire/piece-index.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { Message } from '../wire/wire.ts'
import { Conversation } from './conversation.ts'
import type { ConversationEvents } from './conversation.ts'
import type { Greeted } from './greeting.ts'
import { PeerDownload } from './peer-download.ts'
import { PeerPieces } from './peer-pieces.ts'
import { PeerUpload } from './peer-upload.ts'
import type { PeerHost } from './talking.ts'

export interface PeerParts {
  readonly greeted: Greeted
  readonly address: PeerAddress
  readonly origin: PeerOrigin
  /** Whether both have agreed on v2 (BEP 52): only then hashes are asked for. */
  readonly isV2: boolean
  readonly clock: Clock
  readonly meter: Meter
  readonly pace: Pace
}

/** One peer of one torrent, as long as the conversation with it lasts. */
export class Peer implements PlannedPeer, ChokedPeer, ConversationEvents {
  readonly parts: PeerParts
  readonly download: PeerDownload
  readonly upload: PeerUpload
  readonly #host: PeerHost
  readonly #conversation: Conversation
  readonly #pieces = new PeerPieces()
  readonly #gone = new AbortController()
  readonly #allowedFast = new Set<number>()
  #theirs: ExtensionHandshake | undefined
  #counted = { in: 0, out: 0, payloadIn: 0, payloadOut: 0 }
  #isAsking = false
  isChoking = true
  isInterested = false
  isUnchoked = false
  amInterested = false
  rateIn = 0
  rateOut = 0

  constructor(parts: PeerParts, host: PeerHost) {
    const { greeted, clock, pace } = parts
    this.parts = parts
    this.#host = host
    this.download = new PeerDownload(clock)
    const { channel } = greeted
    this.#conversation = new Conversation(channel.duplex, channel.ciphers, this)
    this.upload = new PeerUpload({
      ...{ conversation: this.#conversation, pace, signal: this.#gone.signal },
      label: this.label('payload', 'out'),
      read: (blocks) => host.read(blocks),
      canReject: greeted.theirs.features.fast,
    })
  }

  /** Says what has to be said first, and begins to listen. */
  begin(own: Parameters<typeof encodeExtensionHandshake>[0]): void {
    const { channel, theirs } = this.parts.greeted
    const { pieces } = this.#host
    if (pieces) {
      this.#sayPieces(pieces.have)
      this.#pieces.begin(pieces)
    } else if (theirs.features.fast) this.say('have-none')
    if (theirs.features.extended) this.sayExtended(0, encodeExtensionHandshake(own))
    channel.handOver(this.#conversation)
  }

  get id(): string {
    const { host, port } = this.parts.address
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  }

  get has(): Bitfield {
    return this.#pieces.has
  }

  get owedBlocks(): number {
    return this.download.owedBlocks
  }

  /** What it says of itself; undefined before it has. */
  get extensions(): ExtensionHandshake | undefined {
    return this.#theirs
  }

  mayAsk(piece: number): boolean {
    if (this.isChoking && !this.#allowedFast.has(piece)) return false
    return this.#host.canVerify(piece)
  }

  /** The dictionary has come: what the peer has can be read now. Throws ProtocolError. */
  beginPieces(): void {
    if (this.#host.pieces) this.#pieces.begin(this.#host.pieces)
  }

  say(flag: FlagKind): void {
    this.#conversation.say(encodeFlag(flag))
  }

  sayHave(piece: number): void {
    this.#conversation.say(encodePieceIndex('have', piece))
  }

  sayLost(piece: number): void {
    this.sayExtension('lt_donthave', encodeDontHave(piece))
  }

  sayFrame(frame: Uint8Array): void {
    this.#conversation.say(frame)
  }

  /** Whether the peer has the extension; if not, nothing is said. */
  sayExtension(name: ExtensionName, payload: Uint8Array): boolean {
    const number = this.#theirs?.extensions.get(name)
    if (number !== undefined) this.sayExtended(number, payload)
    return number !== undefined
  }

  sayExtended(number: number, payload: Uint8Array): void {
    this.#conversation.say(encodeExtended(number, payload))
  }

  /** Serves it from now on, or not any more. */
  serve(isUnchoked: boolean): void {
    if (this.isUnchoked === isUnchoked) return
    this.isUnchoked = isUnchoked
    this.say(isUnchoked ? 'unchoke' : 'choke')
    if (!isUnchoked) this.upload.clear()
  }

  /** Tells it whether we want anything of it. */
  want(amInterested: boolean): void {
    if (this.amInterested !== amInterested) this.say(amInterested ? 'interested' : 'not-interested')
    this.amInterested = amInterested
    if (amInterested) this.ask()
  }

  /** Asks for as much as it may owe, once we may receive it. */
  ask(): void {
    if (this.#isAsking || !this.amInterested) return
    if (this.isChoking && this.#allowedFast.size === 0) return
    const room = this.download.room()
    const blocks = room > 0 ? this.#host.plan(this, room) : []
    if (blocks.length === 0) return
    this.#isAsking = true
    const bytes = blocks.reduce((sum, { length }) => sum + length, 0)
    const { pace } = this.parts
    void pace
      .take(this.label('payload', 'in'), bytes, this.#gone.signal)
      .then(() => this.download.ask(this.#conversation, blocks))
      .catch(() => this.#host.onReleased(this, blocks))
      .finally(() => (this.#isAsking = false))
  }

  /** Another has brought it. */
  cancel(block: BlockPlace): void {
    this.download.cancel(this.#conversation, block)
  }

  end(): void {
    this.#conversation.end()
  }

  /** Ends it for a reason that is told to the torrent. */
  fail(error: Error): void {
    this.#conversation.onEnd(error)
    this.#conversation.end()
  }

  /** Once a second: counts what has moved. */
  measure(seconds: number): void {
    const { receivedBytes, sentBytes } = this.#conversation
    const [payloadIn, payloadOut] = [this.download.bytes, this.upload.bytes]
    const last = this.#counted
    this.#count('payload', 'in', payloadIn - last.payloadIn)
    this.#count('payload', 'out', payloadOut - last.payloadOut)
    this.#count('protocol', 'in', receivedBytes - payloadIn - (last.in - last.payloadIn))
    this.#count('protocol', 'out', sentBytes - payloadOut - (last.out - last.payloadOut))
    this.rateIn = this.rateIn / 2 + (payloadIn - last.payloadIn) / 2 / seconds
    this.rateOut = this.rateOut / 2 + (payloadOut - last.payloadOut) / 2 / seconds
    this.#counted = { in: receivedBytes, out: sentBytes, payloadIn, payloadOut }
  }

  onMessage(message: Message): void {
    switch (message.kind) {
      case 'choke':
        this.isChoking = true
        if (!this.parts.greeted.theirs.features.fast) this.release()
        return
      case 'unchoke':
        this.isChoking = false
        return this.ask()
      case 'interested':
      case 'not-interested':
        this.isInterested = message.kind === 'interested'
        return this.#host.onInterest(this)
      case 'have':
      case 'bitfield':
      case 'have-all':
      case 'have-none': {
        const change = this.#pieces.take(message)
        return change && this.#host.onPieces(this, change)
      }
      case 'request':
        return this.#onRequest(message)
      case 'cancel':
        return this.upload.cancel(message)
      case 'reject':
        if (this.download.rejected(message)) this.#host.onReleased(this, [message])
        return
      case 'allowed-fast':
        if (this.#allowedFast.size < allowedFastMax) this.#allowedFast.add(message.piece)
        return this.ask()
      case 'suggest':
        return
      case 'port': {
        const { host } = this.parts.address
        return this.#host.onDhtNode({ host, port: message.port })
      }
      case 'extended':
        return this.#onExtended(message)
      case 'hash-request':
        return this.#host.onHashRequest(this, message)
      case 'hashes':
        return this.#host.onHashes(this, message)
      case 'hash-reject':
        return this.#host.onHashReject(this, message)
    }
  }

  blockTarget(block: BlockPlace): Uint8Array | undefined {
    return this.download.owes(block) ? this.#host.blockTarget(this, block) : undefined
  }

  onBlock(block: BlockPlace, isKept: boolean): void {
    if (this.download.arrived(block)) this.#host.onBlock(this, block, isKept)
    this.ask()
  }

  onDrain(): void {
    this.upload.onDrain()
  }

  onEnd(error: Error | undefined): void {
    this.#gone.abort()
    this.measure(1)
    this.release()
    this.#host.onGone(this, error)
  }

  /** Nothing of what it owes is waited for. */
  release(): void {
    this.#host.onReleased(this, this.download.releaseAll())
  }

  label(purpose: TrafficPurpose, direction: Direction): TrafficLabel {
    return { peer: this.id, network: 'bittorrent', purpose, direction }
  }

  #onRequest(block: BlockPlace): void {
    const { pieces } = this.#host
    if (!pieces) throw new ProtocolError('it asks for what it was not told of')
    this.upload.ask(block, pieces, this.isUnchoked)
  }

  #onExtended({ extension, payload }: ExtendedMessage): void {
    if (extension === 0) {
      this.#theirs = decodeExtensionHandshake(payload)
      this.download.requestsMax = this.#theirs.requestsMax ?? this.download.requestsMax
      return this.#host.onHandshake(this)
    }
    if (extension === ownExtensions.lt_donthave) {
      const change = this.#pieces.lose(decodeDontHave(payload))
      return change && this.#host.onPieces(this, change)
    }
    for (const [name, number] of Object.entries(ownExtensions)) {
      if (number === extension) this.#host.onExtension(this, name as ExtensionName, payload)
    }
  }

  #sayPieces(have: Bitfield): void {
    const { fast } = this.parts.greeted.theirs.features
    if (fast && have.isFull) this.say('have-all')
    else if (fast && have.count === 0) this.say('have-none')
    else if (have.count > 0) this.#conversation.say(encodeBitfield(Uint8Array.from(have.bytes)))
  }

  #count(purpose: TrafficPurpose, direction: Direction, bytes: number): void {
    if (bytes > 0) this.parts.meter.count(this.label(purpose, direction), bytes)
  }
}

const allowedFastMax = 64
