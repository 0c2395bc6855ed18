import { errorKind } from '../../../base/errors.ts'
import type { DriveDesk, FileItem } from '../drive.ts'
import { DavError, nothingThere } from '../errors.ts'
import { parseByteRange } from '../http/byte-range.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { namesTag } from '../locks/conditions.ts'
import { findForReading } from './in-share.ts'

/** A file, or a range of it: of another node's file only the pieces around it come. Also answers HEAD. */
export async function get(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const { signal, address } = exchange
  const place = findForReading(desk, address)
  if (place.kind !== 'share') return folderReply
  await using opening = new AsyncDisposableStack()
  const share = opening.use(await desk.world.open(place.share, signal))
  const item = await share.item(place.path, signal)
  if (!item) throw nothingThere()
  if (item.kind === 'directory') return folderReply
  if (isKnown(exchange, item)) return { status: 304, headers: { etag: item.etag } }
  const { bytes } = item
  const range = isStillSame(exchange, item)
    ? parseByteRange(exchange.header('range'), bytes)
    : undefined
  if (range === 'outside') {
    throw new DavError(416, `The file has ${bytes} bytes.`, {
      headers: { 'content-range': `bytes */${bytes}` },
    })
  }
  const { offset, length } = range ?? { offset: 0, length: bytes }
  const headers = {
    'accept-ranges': 'bytes',
    'content-length': length,
    // Shown by no browser: what is in a file is somebody else's.
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    etag: item.etag,
    'last-modified': new Date(item.mtimeMs).toUTCString(),
    ...(range ? { 'content-range': `bytes ${offset}-${offset + length - 1}/${bytes}` } : {}),
  }
  const status = range ? 206 : 200
  if (exchange.method === 'HEAD') return { status, headers }
  const chunks = share.read(item, offset, length, signal)[Symbol.asyncIterator]()
  opening.defer(async () => void (await chunks.return?.()))
  const first = await begin(chunks)
  const body = (async function* () {
    for (let next = first; !next.done; next = await chunks.next()) yield next.value
  })()
  return { status, headers, body, source: opening.move() }
}

/**
 * The first bytes: what goes wrong before them is still an answer. A file that is another one by now will be
 * seen in a moment.
 */
async function begin(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next()
  } catch (error) {
    if (errorKind(error) !== 'changed') throw error
    throw new DavError(503, 'The file has just been changed. Try again in a moment.', {
      headers: { 'retry-after': '1' },
    })
  }
}

/** Source: RFC 9110, sections 13.1.2 and 13.1.3. */
function isKnown(exchange: Exchange, item: FileItem): boolean {
  const tags = exchange.header('if-none-match')
  if (tags !== undefined) return namesTag(tags, item.etag, true)
  const since = Date.parse(exchange.header('if-modified-since') ?? '')
  return Math.floor(item.mtimeMs / 1000) * 1000 <= since
}

/** A time says too little to put ranges together by. */
function isStillSame(exchange: Exchange, item: FileItem): boolean {
  return (exchange.header('if-range') ?? item.etag) === item.etag
}

const folderReply: Reply = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'This is a folder of a Fullmesh drive. "fullmesh drive status" says how to open it.\n',
}
