import type { ByteReader } from '../bittorrent.ts'
import { Inbox } from './inbox.ts'
import type { Arrival } from './inbox.ts'
import type { UtpPacket } from './packet.ts'

/** The other direction: orders what comes and lends it to the reader, as fast as that takes it. */
export class ReceivingSide {
  #inbox: Inbox | undefined
  #reader: ByteReader | undefined
  #isPaused = false
  #isDelivering = false
  #saidBytes = receiveBytes

  /** `last` is the number before that of the first packet. */
  begin(last: number): void {
    this.#inbox = new Inbox(last, receiveBytes)
  }

  /** All up to this number have come. */
  get last(): number {
    return this.#inbox?.last ?? 0
  }

  get windowBytes(): number {
    return this.#inbox?.windowBytes ?? receiveBytes
  }

  get hasGap(): boolean {
    return this.#inbox?.hasGap ?? false
  }

  selective(): Uint8Array | undefined {
    return this.#inbox?.selective()
  }

  accept({ kind, sequence, payload }: UtpPacket): Arrival {
    return this.#inbox?.accept(sequence, kind === 'fin' ? 'end' : payload) ?? 'refused'
  }

  open(reader: ByteReader): void {
    this.#reader = reader
  }

  pause(): void {
    this.#isPaused = true
  }

  /** Whether it was paused. */
  resume(): boolean {
    const was = this.#isPaused
    this.#isPaused = false
    return was
  }

  /** Lends what has come to the reader, as long as `isOpen` says so. True when the end has come. */
  deliver(isOpen: () => boolean): boolean {
    if (this.#isDelivering || !this.#reader) return false
    this.#isDelivering = true
    let hasEnded = false
    while (isOpen() && !this.#isPaused && !hasEnded) {
      const content = this.#inbox?.take()
      if (content === undefined) break
      if (content === 'end') hasEnded = true
      else this.#reader?.onBytes(content)
    }
    this.#isDelivering = false
    return hasEnded
  }

  drained(): void {
    this.#reader?.onDrain()
  }

  /** Tells the reader, once. */
  end(error: Error | undefined): void {
    const reader = this.#reader
    this.#reader = undefined
    reader?.onEnd(error)
  }

  /** The far side was told how much room there is. */
  said(): void {
    this.#saidBytes = this.windowBytes
  }

  /** Whether the far side may be waiting for room that there is again. */
  get hasNews(): boolean {
    return this.#saidBytes < receiveBytes / 4 && this.windowBytes > receiveBytes / 2
  }
}

/** What may be here unread. 1 MiB fills 20 MB/s at 50 ms; libtorrent has as much. */
const receiveBytes = 1024 * 1024
