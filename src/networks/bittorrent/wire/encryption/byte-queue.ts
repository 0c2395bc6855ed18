/** What a handshake reads from: bytes in the order and number in which they are needed. */
export interface ByteSource {
  /** Rejects when the far side ends first. */
  take(count: number): Promise<Buffer>
  /** Skips up to and with the first occurrence of `pattern`, which begins after at most `skipMax` bytes. */
  takeThrough(pattern: Uint8Array, skipMax: number): Promise<void>
}

/** And what it writes to. */
export interface ByteChannel extends ByteSource {
  write(bytes: Uint8Array): void
}
