import { pieceBytes } from '../../content/content.ts'

/** Bytes of a file from `offset` up to `end`. */
export interface ByteSpan {
  readonly offset: number
  readonly end: number
}

/**
 * Reads the pieces that hold a span, and no others; a few are under way while earlier ones are used. Leaving the
 * loop stops them.
 */
export async function* readRange(
  pieceAt: (index: number, signal: AbortSignal) => Promise<Uint8Array>,
  { offset, end }: ByteSpan,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (offset >= end) return
  const last = Math.floor((end - 1) / pieceBytes)
  const stop = new AbortController()
  const until = AbortSignal.any([signal, stop.signal])
  const ahead: Promise<Uint8Array>[] = []
  let next = Math.floor(offset / pieceBytes)
  const startAhead = (): void => {
    for (; next <= last && ahead.length < aheadMax; next++) {
      const piece = pieceAt(next, until)
      // It is awaited in its turn; a failure before that is nobody's.
      piece.catch(() => {})
      ahead.push(piece)
    }
  }
  try {
    startAhead()
    for (let index = next - ahead.length; index <= last; index++) {
      const piece = (await ahead.shift()) ?? new Uint8Array()
      startAhead()
      const start = index * pieceBytes
      yield piece.subarray(Math.max(0, offset - start), end - start)
    }
  } finally {
    stop.abort()
  }
}

/** Pieces under way: enough for 30 MB/s at 100 ms of round trip, and for a disk and two processors. */
const aheadMax = 4
