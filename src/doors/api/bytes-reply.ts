import { MalformedError } from '../../base/errors.ts'
import type { ReadableFile } from './api.ts'

/** The whole file, or the one range that is asked for (RFC 9110, section 14). */
export function bytesReply(file: ReadableFile, asked: Headers): Response {
  const { bytes, etag } = file
  const range = asked.get('range')
  const stillSame = asked.get('if-range')
  const part = range === null || (stillSame ?? etag) !== etag ? undefined : parseRange(range, bytes)
  const { offset, length } = part ?? { offset: 0, length: bytes }
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'content-length': String(length),
    'content-type': 'application/octet-stream',
    etag,
    'last-modified': new Date(file.mtimeMs).toUTCString(),
    'x-content-type-options': 'nosniff',
  }
  if (part) headers['content-range'] = `bytes ${offset}-${offset + length - 1}/${bytes}`
  const body = ReadableStream.from(file.read(offset, length))
  return new Response(body, { status: part ? 206 : 200, headers })
}

/** The range of `text` in a file of `bytes`. Throws MalformedError for what is no range, or lies behind the end. */
export function parseRange(text: string, bytes: number): { offset: number; length: number } {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text)
  const [, from = '', to = ''] = found ?? []
  if (from === '' && to === '') throw new MalformedError('range', 'write it as bytes=FIRST-LAST')
  const offset = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes : Math.min(bytes, Number(to) + 1)
  if (offset >= end) throw new MalformedError('range', `the file has ${bytes} bytes`)
  return { offset, length: end - offset }
}
