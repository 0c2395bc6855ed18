import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { errorKinds, NodeError } from '../../../base/errors.ts'
import type { Log } from '../../../base/log.ts'
import { DavError } from '../errors.ts'
import { xmlStart, xmlText } from '../xml/write-xml.ts'
import type { Reply } from './exchange.ts'

/** Sends a reply. Rejects when its body fails half way or nobody takes it. */
export async function answer(
  response: ServerResponse,
  { status, headers = {}, body = '', source }: Reply,
  isHead: boolean,
): Promise<void> {
  await using _ = source
  const isText = typeof body === 'string'
  const length = isText && status !== 204 ? { 'content-length': Buffer.byteLength(body) } : {}
  response.writeHead(status, { ...length, ...headers })
  if (isText || isHead) response.end(isHead ? '' : body)
  else await pipeline(body, response)
}

/** What went wrong, as the client is told. What is no NodeError is a bug: logged whole, told in short. */
export function failureReply(error: unknown, log: Log): Reply {
  if (error instanceof DavError && error.condition !== undefined) {
    const body = `${xmlStart}<D:error xmlns:D="DAV:">${error.condition}</D:error>`
    return { status: error.status, headers: { ...error.headers, ...xmlType }, body }
  }
  if (error instanceof NodeError) {
    const status = error instanceof DavError ? error.status : errorKinds[error.kind].http
    const headers = error instanceof DavError ? error.headers : {}
    return { status, headers: { ...headers, ...textType }, body: `${error.message}\n` }
  }
  log.error('A request to the drive failed by a bug', error)
  return { status: 500, headers: textType, body: 'The node failed by a fault of its own.\n' }
}

/** The state of one of several things, or of one property among others. */
export function statusLine(status: number): string {
  return `<D:status>HTTP/1.1 ${status} ${xmlText(reasons[status] ?? 'Unknown')}</D:status>`
}

export const xmlType = { 'content-type': 'application/xml; charset=utf-8' }
const textType = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  403: 'Forbidden',
  404: 'Not Found',
  424: 'Failed Dependency',
}
