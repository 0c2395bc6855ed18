/**
 * The info dictionary from peers, for a magnet link, and to them. It is asked for in parts from everybody who
 * has it; when all are here the hash says whether they are right, and if not, all begins anew.
 * Source: BEP 9
 */
import type { Clock } from '../../../base/clock.ts'
import {
  decodeMetadataMessage,
  encodeMetadataMessage,
  metadataPartBytes,
} from '../wire/metadata-message.ts'
import type { Peer } from './peer.ts'

interface Part {
  bytes: Uint8Array | undefined
  askedMs: number
  from: Peer | undefined
}

export class MetadataExchange {
  readonly #clock: Clock
  readonly #onWhole: (raw: Uint8Array, from: ReadonlySet<Peer>) => boolean
  #parts: Part[] = []
  #totalBytes = 0
  #isDone = false

  /** `onWhole` says whether it is the right one, from bytes that are its to keep. */
  constructor(clock: Clock, onWhole: (raw: Uint8Array, from: ReadonlySet<Peer>) => boolean) {
    this.#clock = clock
    this.#onWhole = onWhole
  }

  /** Asks the peer for parts that nobody has been asked for lately. */
  ask(peer: Peer): void {
    const totalBytes = peer.extensions?.metadataBytes
    if (this.#isDone || totalBytes === undefined) return
    if (this.#parts.length === 0) this.#begin(totalBytes)
    if (totalBytes !== this.#totalBytes) return
    let asked = 0
    for (const [part, state] of this.#parts.entries()) {
      const isAsked = this.#clock.elapsed() - state.askedMs < askedAgainMs
      if (state.bytes || isAsked || asked >= askedMax) continue
      if (!peer.sayExtension('ut_metadata', encodeMetadataMessage({ kind: 'request', part })))
        return
      state.askedMs = this.#clock.elapsed()
      asked++
    }
  }

  /** Takes a message of the extension; `raw` is the dictionary, if it is here. Throws ProtocolError. */
  take(peer: Peer, payload: Uint8Array, raw: Uint8Array | undefined): void {
    const message = decodeMetadataMessage(payload)
    if (message?.kind === 'request') this.#answer(peer, message.part, raw)
    if (message?.kind === 'data') this.#arrived(peer, message.part, message.bytes)
  }

  #begin(totalBytes: number): void {
    this.#totalBytes = totalBytes
    this.#parts = Array.from({ length: Math.ceil(totalBytes / metadataPartBytes) }, () => ({
      ...{ bytes: undefined, askedMs: -Infinity, from: undefined },
    }))
  }

  #arrived(peer: Peer, index: number, bytes: Uint8Array): void {
    const part = this.#parts[index]
    const expected = Math.min(metadataPartBytes, this.#totalBytes - index * metadataPartBytes)
    if (this.#isDone || !part || part.bytes || bytes.length !== expected) return
    part.bytes = bytes
    part.from = peer
    const parts = this.#parts.flatMap((each) => (each.bytes ? [each.bytes] : []))
    if (parts.length < this.#parts.length) return this.ask(peer)
    const from = new Set(this.#parts.flatMap((each) => (each.from ? [each.from] : [])))
    this.#isDone = this.#onWhole(Buffer.concat(parts), from)
    if (!this.#isDone) this.#parts = []
  }

  #answer(peer: Peer, part: number, raw: Uint8Array | undefined): void {
    const bytes = raw?.subarray(part * metadataPartBytes, (part + 1) * metadataPartBytes)
    const message =
      raw && bytes && bytes.length > 0
        ? ({ kind: 'data', part, totalBytes: raw.length, bytes } as const)
        : ({ kind: 'reject', part } as const)
    peer.sayExtension('ut_metadata', encodeMetadataMessage(message))
  }
}

/** Parts asked of one peer at once: 256 KiB. */
const askedMax = 16

const askedAgainMs = 5000
