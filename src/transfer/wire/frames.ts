import { MalformedError } from '../../base/errors.ts'

/**
 * Frames in a streamed body. A 4-byte head, then as many bytes as it says.
 *     at  bytes  field   meaning
 *      0      4  length  of what follows, big-endian, at most the limit of the question;
 *                        0xffffffff: the thing asked for is missing, and nothing follows
 *      4      …  data    CBOR or file bytes
 * The stream may end between frames only.
 * Source: docs/protocols/transfer.md
 */
const missingFrame = Uint8Array.of(0xff, 0xff, 0xff, 0xff)

/**
 * Frames of these, one after another, in chunks worth sending: small ones are joined, large ones are not
 * copied. Undefined stands for a missing thing.
 */
export function* joinedFrames(items: Iterable<Uint8Array | undefined>): Generator<Uint8Array> {
  let joined: Uint8Array[] = []
  let bytes = 0
  for (const item of items) {
    const head = item ? frameHead(item.length) : missingFrame
    const isLarge = item !== undefined && item.length >= joinedBytesMax
    if (isLarge) {
      yield Buffer.concat([...joined, head])
      yield item
      joined = []
      bytes = 0
      continue
    }
    joined.push(head, item ?? nothing)
    bytes += head.length + (item?.length ?? 0)
    if (bytes < joinedBytesMax) continue
    yield Buffer.concat(joined, bytes)
    joined = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(joined, bytes)
}

/** A single one, in one piece. */
export function joinedFrame(data: Uint8Array): Uint8Array {
  return Buffer.concat([frameHead(data.length), data])
}

export interface FrameLimits {
  readonly frameBytesMax: number
  /** Endless without. */
  readonly framesMax?: number
}

/**
 * Takes a body apart; undefined stands for a missing thing. Holds no more than one frame and the
 * newest chunk. Throws MalformedError for a frame over the limit, before any of its bytes are held, for one
 * frame too many, and for an end within a frame.
 */
export async function* readFrames(
  body: AsyncIterable<Uint8Array>,
  limits: FrameLimits,
): AsyncGenerator<Uint8Array | undefined> {
  let head = new Gathering(headBytes)
  let data: Gathering | undefined
  let frames = 0
  for await (const chunk of body) {
    let at = 0
    while (at < chunk.length || data?.isFull) {
      if (!data) {
        at += head.take(chunk, at)
        if (!head.isFull) continue
        if (++frames > (limits.framesMax ?? Infinity)) throw malformed('it has a frame too many')
        const length = readLength(head.bytes)
        head = new Gathering(headBytes)
        if (length === undefined) yield undefined
        else data = new Gathering(checkedLength(length, limits.frameBytesMax))
        continue
      }
      at += data.take(chunk, at)
      if (!data.isFull) continue
      yield data.bytes
      data = undefined
    }
  }
  if (data || !head.isEmpty) throw malformed('it ends within a frame')
}

/** Bytes of a known number, gathered from chunks as they come. */
class Gathering {
  readonly bytes: Uint8Array
  #filled = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
  }

  get isFull(): boolean {
    return this.#filled === this.bytes.length
  }

  get isEmpty(): boolean {
    return this.#filled === 0
  }

  /** Takes what it lacks from `chunk`, from `at` on, and tells how much that was. */
  take(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.bytes.length - this.#filled)
    this.bytes.set(part, this.#filled)
    this.#filled += part.length
    return part.length
  }
}

function frameHead(length: number): Uint8Array {
  const head = Buffer.allocUnsafe(headBytes)
  head.writeUInt32BE(length)
  return head
}

function readLength(head: Uint8Array): number | undefined {
  const length = Buffer.from(head).readUInt32BE()
  return length === missingLength ? undefined : length
}

function checkedLength(length: number, bytesMax: number): number {
  if (length > bytesMax) throw malformed(`it has a frame of ${length} bytes, ${bytesMax} at most`)
  return length
}

function malformed(detail: string): MalformedError {
  return new MalformedError('stream of frames', detail)
}

const headBytes = 4
const nothing = new Uint8Array(0)
/** Each chunk costs a turn of everything that counts and holds back what is sent. */
const joinedBytesMax = 64 * 1024
const missingLength = 0xffff_ffff
