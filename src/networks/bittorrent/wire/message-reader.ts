import { piecesMax } from '../metainfo/metainfo.ts'
import { decodeBitfield } from './bitfield.ts'
import { blockRequestBytes, decodeBlockRequest } from './block-request.ts'
import type { BlockPlace } from './block-request.ts'
import { blockFieldsBytes, decodeBlockFields } from './block.ts'
import { decodeExtended } from './extended.ts'
import { decodeFlag } from './flags.ts'
import { decodeHashRequest, hashRangeBytes } from './hash-request.ts'
import { decodeHashes } from './hashes.ts'
import { decodePieceIndex, pieceIndexBytes } from './piece-index.ts'
import { decodePort, portBytes } from './port.ts'
import { ProtocolError } from './protocol-error.ts'
import { lengthBytes, messageIds } from './wire.ts'
import type { Message, MessageKind } from './wire.ts'

/** What is done with what comes. */
export interface MessageSink {
  onMessage(message: Message): void
  /** A block begins. Returns where its bytes go, exactly as many as it has; undefined: nowhere. */
  blockTarget(block: BlockPlace): Uint8Array | undefined
  /** All of its bytes have come; `wanted` if they had a place. */
  onBlock(block: BlockPlace, wanted: boolean): void
}

/**
 * Cuts a stream of bytes into messages. Chunks are lent: bytes of blocks are copied once, to where they
 * belong, and of other messages as much is kept as is not there yet. Nothing is kept that is longer than its
 * kind may be. Throws ProtocolError.
 */
export class MessageReader {
  readonly #sink: MessageSink
  /** What is being gathered: a length, the fields of a block, or a whole short message. */
  #gathered: Buffer = Buffer.allocUnsafe(gatheredBytesStart)
  #gatheredBytes = 0
  #phase: ReadPhase = 'length'
  #needed = lengthBytes
  #messageBytes = 0
  #id = 0
  #block: BlockPlace | undefined
  #target: Uint8Array | undefined
  #targetAt = 0

  constructor(sink: MessageSink) {
    this.#sink = sink
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < bytes.length || this.#needed === 0;) {
      if (this.#phase === 'block') at += this.#fill(bytes, at)
      else if (this.#phase === 'skip') at += this.#skip(bytes.length - at)
      else at = this.#gather(bytes, at)
    }
  }

  /** Takes what is still needed; where all of it is in the chunk, without a copy. */
  #gather(bytes: Buffer, at: number): number {
    const missing = this.#needed - this.#gatheredBytes
    const end = Math.min(bytes.length, at + missing)
    if (this.#gatheredBytes === 0 && end - at === this.#needed) {
      this.#step(bytes.subarray(at, end))
      return end
    }
    if (this.#gathered.length < this.#needed) this.#gathered = this.#grown()
    bytes.copy(this.#gathered, this.#gatheredBytes, at, end)
    this.#gatheredBytes += end - at
    if (this.#gatheredBytes === this.#needed) {
      this.#gatheredBytes = 0
      this.#step(this.#gathered.subarray(0, this.#needed))
    }
    return end
  }

  #step(part: Buffer): void {
    switch (this.#phase) {
      case 'length':
        this.#messageBytes = part.readUInt32BE(0)
        if (this.#messageBytes > 0) this.#expect('id', 1)
        return
      case 'id':
        return this.#begin(part[0] ?? 0)
      case 'fields':
        return this.#beginBlock(decodeBlockFields(part, this.#messageBytes))
      case 'body':
        this.#expect('length', lengthBytes)
        return this.#sink.onMessage(decode(this.#id, part))
      case 'block':
      case 'skip':
        throw new Error('a block is not gathered')
    }
  }

  #begin(id: number): void {
    const bodyBytes = this.#messageBytes - 1
    const limits = bodyLimits.get(id)
    const max = limits?.max ?? unknownBytesMax
    if (bodyBytes > max || bodyBytes < (limits?.min ?? 0)) {
      throw new ProtocolError(`its message ${id} has ${bodyBytes} bytes`)
    }
    this.#id = id
    if (id === messageIds.piece) this.#expect('fields', blockFieldsBytes)
    else if (limits) this.#expect('body', bodyBytes)
    else this.#expect('skip', bodyBytes)
  }

  #beginBlock(block: BlockPlace): void {
    this.#block = block
    this.#target = this.#sink.blockTarget(block)
    this.#targetAt = 0
    this.#expect('block', block.length)
  }

  #fill(bytes: Buffer, at: number): number {
    const count = Math.min(bytes.length - at, this.#needed - this.#targetAt)
    this.#target?.set(bytes.subarray(at, at + count), this.#targetAt)
    this.#targetAt += count
    if (this.#targetAt === this.#needed) {
      const [block, wanted] = [this.#block, this.#target !== undefined]
      this.#target = undefined
      this.#expect('length', lengthBytes)
      if (block) this.#sink.onBlock(block, wanted)
    }
    return count
  }

  #skip(available: number): number {
    const count = Math.min(available, this.#needed)
    this.#needed -= count
    if (this.#needed === 0) this.#expect('length', lengthBytes)
    return count
  }

  #expect(phase: ReadPhase, needed: number): void {
    this.#phase = phase
    this.#needed = needed
  }

  /** Doubled at least, up to the length that was announced: it is within its limits. */
  #grown(): Buffer {
    const larger = Buffer.allocUnsafe(Math.max(this.#needed, this.#gathered.length * 2))
    this.#gathered.copy(larger, 0, 0, this.#gatheredBytes)
    return larger
  }
}

/** What comes next. */
type ReadPhase = 'length' | 'id' | 'body' | 'fields' | 'block' | 'skip'

function decode(id: number, body: Buffer): Message {
  const kind = kindsById.get(id)
  switch (kind) {
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      return decodeFlag(kind)
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      return decodePieceIndex(kind, body)
    case 'bitfield':
      return decodeBitfield(body)
    case 'request':
    case 'cancel':
    case 'reject':
      return decodeBlockRequest(kind, body)
    case 'port':
      return decodePort(body)
    case 'extended':
      return decodeExtended(body)
    case 'hash-request':
    case 'hash-reject':
      return decodeHashRequest(kind, body)
    case 'hashes':
      return decodeHashes(body)
    case 'piece':
    case undefined:
      throw new Error(`message ${id} is not gathered`)
  }
}

const kindsById: ReadonlyMap<number, MessageKind> = new Map(
  (Object.keys(messageIds) as MessageKind[]).map((kind) => [messageIds[kind], kind]),
)

/** 16 KiB, and twice as much from those who answer older requests. */
const blockBytesMax = 32 * 1024

/** 16 KiB of a dictionary, or 200 peers, with room for what else they say. */
const extendedBytesMax = 64 * 1024

/** 8,192 hashes and their uncles: more than we ever ask for at once. */
const hashesBytesMax = hashRangeBytes + (8192 + 64) * 32

/** Messages that a later version may have are passed over, but not for ever. */
const unknownBytesMax = 128 * 1024

const gatheredBytesStart = 1024

const none = { min: 0, max: 0 }
const index = { min: pieceIndexBytes, max: pieceIndexBytes }
const block = { min: blockRequestBytes, max: blockRequestBytes }
const range = { min: hashRangeBytes, max: hashRangeBytes }

const bodyLimits: ReadonlyMap<number, { readonly min: number; readonly max: number }> = new Map(
  Object.entries({
    choke: none,
    unchoke: none,
    interested: none,
    'not-interested': none,
    have: index,
    bitfield: { min: 0, max: Math.ceil(piecesMax / 8) },
    request: block,
    piece: { min: blockFieldsBytes, max: blockFieldsBytes + blockBytesMax },
    cancel: block,
    port: { min: portBytes, max: portBytes },
    suggest: index,
    'have-all': none,
    'have-none': none,
    reject: block,
    'allowed-fast': index,
    extended: { min: 1, max: extendedBytesMax },
    'hash-request': range,
    hashes: { min: hashRangeBytes, max: hashesBytesMax },
    'hash-reject': range,
  } satisfies Record<MessageKind, { min: number; max: number }>).map(([kind, limits]) => [
    messageIds[kind as MessageKind],
    limits,
  ]),
)
