/**
 * The asking side of the peer protocol: one function a question. What comes back is checked for its form
 * and its size, not for its truth: whoever asked compares it with the hash that was asked for.
 */
import { pieceCount, pieceLength } from '../../content/content-id.ts'
import { pieceBytes } from '../../content/content.ts'
import type { BinItem, ContentId, PageHash } from '../../content/content.ts'
import { CorruptError } from '../../content/errors.ts'
import { hashLength } from '../../content/hashing/merkle.ts'
import { pageBytesMax } from '../../content/tree/page.ts'
import type { Address } from '../../mesh/mesh.ts'
import type { OpenAnswer, OpenProof, ShareId } from '../../shares/shares.ts'
import type { FileWanted, PieceRun } from '../transfer.ts'
import { capabilityField } from './admission.ts'
import { ask, askMessage, blaming } from './asking.ts'
import type { Asked, Line } from './asking.ts'
import { binListingBytesMax, encodeBinRequest, parseBinListing } from './bin-listing.ts'
import type { BinRequest } from './bin-listing.ts'
import { encodeCallerName } from './caller-name.ts'
import { changeFrameBytesMax, parseChangeFrame } from './change-frame.ts'
import type { ChangeFrame } from './change-frame.ts'
import { exactPieces } from './exact-pieces.ts'
import { encodeLayerRequest, encodeLeavesRequest, leavesBytesMax } from './file-request.ts'
import { readFrames } from './frames.ts'
import { addressesField, formatHearsayField } from './hearsay.ts'
import { nodeListingBytesMax, parseNodeListing } from './node-listing.ts'
import type { NodeListing } from './node-listing.ts'
import { parseOpenAnswer } from './open-answer.ts'
import { encodeOpenProof, openBytesMax } from './open-proof.ts'
import { encodePagesRequest } from './pages-request.ts'
import { encodeByteRange, encodePieceRange } from './piece-range.ts'
import type { OfferId } from './routes.ts'
import { parseShareListing, shareListingBytesMax } from './share-listing.ts'
import type { ShareListing } from './share-listing.ts'
import { encodeSmallRequest } from './small-request.ts'
import { headBytesMax, parseWatchFrame, watchFrameBytesMax } from './watch-frame.ts'
import type { WatchFrame } from './watch-frame.ts'

/** A line on which one share is asked about. */
export interface ShareLine extends Line {
  readonly share: ShareId
  /** The newest there is, for each question. */
  readonly capability: () => Uint8Array
}

export function askNode(line: Line, signal: AbortSignal): Promise<NodeListing> {
  return askMessage(line, { to: 'node' }, {}, nodeListingBytesMax, parseNodeListing, signal)
}

export function askShare(line: Line, share: ShareId, signal: AbortSignal): Promise<ShareListing> {
  return askMessage(
    line,
    { to: 'share', share },
    {},
    shareListingBytesMax,
    parseShareListing,
    signal,
  )
}

export function askOpen(
  line: Line,
  share: ShareId,
  { proof, callerName }: { readonly proof: OpenProof; readonly callerName: string },
  signal: AbortSignal,
): Promise<OpenAnswer> {
  const asked = { body: encodeOpenProof(proof), headers: encodeCallerName(callerName) }
  return askMessage(line, { to: 'open', share }, asked, openBytesMax, parseOpenAnswer, signal)
}

/** The bytes of the newest signed head. */
export function askHead(line: ShareLine, signal: AbortSignal): Promise<Uint8Array> {
  const route = { to: 'head', share: line.share } as const
  return askMessage(line, route, shown(line), headBytesMax, (data) => data, signal)
}

/** Pages in order; nothing in the place of each that is gone. At most 256. */
export async function* askPages(
  line: ShareLine,
  hashes: readonly PageHash[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array | undefined> {
  const asked = shown(line, { body: encodePagesRequest(hashes) })
  const body = await ask(line, { to: 'pages', share: line.share }, asked, signal)
  const limits = { frameBytesMax: pageBytesMax, framesMax: hashes.length }
  let pages = 0
  for await (const page of blaming(readFrames(body, limits))) {
    pages++
    yield page && page.length > 0 ? page : undefined
  }
  if (pages < hashes.length) throw tooLittle()
}

/** A run of pieces, each of its right length. */
export async function* askPieces(
  line: ShareLine,
  { path, content, first, count }: PieceRun,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const headers = encodePieceRange({ content, first, count })
  const asked = shown(line, { headers, purpose: 'payload' })
  const body = await ask(line, { to: 'file', share: line.share, path }, asked, signal)
  yield* exactPieces(body, pieceLengths(content, first, count))
}

/** Small files in order, each of its right length; nothing in the place of each that is gone. */
export async function* askSmall(
  line: ShareLine,
  wanted: readonly FileWanted[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array | undefined> {
  const asked = shown(line, { body: encodeSmallRequest(wanted), purpose: 'payload' })
  const body = await ask(line, { to: 'small', share: line.share }, asked, signal)
  const limits = { frameBytesMax: pieceBytes, framesMax: wanted.length }
  let files = 0
  for await (const bytes of blaming(readFrames(body, limits))) {
    const length = wanted[files++]?.content.length
    if (bytes && bytes.length !== length) throw new CorruptError('A file of the wrong length came.')
    yield bytes
  }
  if (files < wanted.length) throw tooLittle()
}

/** The piece hashes of a file. */
export function askLayer(
  line: ShareLine,
  wanted: FileWanted,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const asked = shown(line, { body: encodeLayerRequest(wanted) })
  const bytes = layerLength(wanted.content)
  return askMessage(line, { to: 'layer', share: line.share }, asked, bytes, exactly(bytes), signal)
}

/** The block hashes of a piece. */
export function askLeaves(
  line: ShareLine,
  wanted: FileWanted,
  piece: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const route = { to: 'leaves', share: line.share } as const
  const asked = shown(line, { body: encodeLeavesRequest(wanted, piece) })
  return askMessage(line, route, asked, leavesBytesMax, (data) => data, signal)
}

/**
 * What is new, until either side has enough. `addresses`: this node serves the share in turn, and can be
 * reached there.
 */
export async function* askWatch(
  line: ShareLine,
  addresses: readonly Address[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<WatchFrame> {
  const headers = addresses ? { [addressesField]: formatHearsayField(addresses) } : {}
  const body = await ask(line, { to: 'watch', share: line.share }, shown(line, { headers }), signal)
  const frames = readFrames(body, { frameBytesMax: watchFrameBytesMax })
  yield* blaming(parsedFrames(frames, parseWatchFrame))
}

/** Posts a signed change and follows it; the last frame is its result or its failure. */
export async function* askChange(
  line: ShareLine,
  change: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<ChangeFrame> {
  const asked = shown(line, { body: change })
  const body = await ask(line, { to: 'changes', share: line.share }, asked, signal)
  const frames = readFrames(body, { frameBytesMax: changeFrameBytesMax })
  yield* blaming(parsedFrames(frames, parseChangeFrame))
}

/** What the owner's versions or trash hold, newest first. */
export function askBin(
  line: ShareLine,
  request: BinRequest,
  signal: AbortSignal,
): Promise<BinItem[]> {
  const asked = shown(line, { body: encodeBinRequest(request) })
  const parse = (data: Uint8Array) => parseBinListing(data, request.kind)
  const route = { to: 'bin', share: line.share } as const
  return askMessage(line, route, asked, binListingBytesMax, parse, signal)
}

/** The piece hashes of a file that the far side has offered. */
export function askOfferLayer(
  line: Line,
  offer: OfferId,
  content: ContentId,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = layerLength(content)
  return askMessage(line, { to: 'offer-layer', offer }, {}, bytes, exactly(bytes), signal)
}

/** A run of its pieces. */
export async function* askOfferPieces(
  line: Line,
  offer: OfferId,
  { content, first, count }: Omit<PieceRun, 'path'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const headers = encodeByteRange(content.length, first, count)
  const body = await ask(
    line,
    { to: 'offer-bytes', offer },
    { headers, purpose: 'payload' },
    signal,
  )
  yield* exactPieces(body, pieceLengths(content, first, count))
}

/** `undefined` stands for a kind that a later version has made. */
async function* parsedFrames<Frame>(
  frames: AsyncIterable<Uint8Array | undefined>,
  parse: (data: Uint8Array) => Frame | undefined,
): AsyncGenerator<Frame> {
  for await (const data of frames) {
    const frame = data && parse(data)
    if (frame !== undefined) yield frame
  }
}

function shown(line: ShareLine, asked: Asked = {}): Asked {
  return { ...asked, headers: { ...asked.headers, ...capabilityField(line.capability()) } }
}

function exactly(bytes: number): (data: Uint8Array) => Uint8Array {
  return (data) => {
    if (data.length < bytes) throw tooLittle()
    return data
  }
}

function layerLength(content: ContentId): number {
  return pieceCount(content.length) * hashLength
}

function pieceLengths(content: ContentId, first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => pieceLength(content.length, first + at))
}

function tooLittle(): CorruptError {
  return new CorruptError('That node sent less than it was asked for.')
}
