import type { Log } from '../../base/log.ts'
import { failureOf } from './failure-reply.ts'

/**
 * A reply in lines of JSON, or as server-sent events. A stream of lines that fails before its first is a
 * failure with a status; after that the failure is the last line. Events begin at once: the first may be long
 * in coming.
 */
export async function streamReply(
  form: 'lines' | 'events',
  values: AsyncIterable<object>,
  log: Log,
): Promise<Response> {
  const iterator = values[Symbol.asyncIterator]()
  const first = form === 'lines' ? await iterator.next() : undefined
  const encode = encoders[form]
  const encoded = (value: object) => encoder.encode(encode(value))
  const body = ReadableStream.from(encodeAll())
  const headers = { 'content-type': mediaTypes[form], 'cache-control': 'no-store' }
  return new Response(body, { headers })

  async function* encodeAll(): AsyncGenerator<Uint8Array> {
    try {
      if (form === 'events') yield encoder.encode(': open\n\n')
      for (let next = first ?? (await iterator.next()); !next.done; next = await iterator.next()) {
        yield encoded(next.value)
      }
    } catch (error) {
      yield encoded(failureOf(error, log))
    } finally {
      await iterator.return?.()
    }
  }
}

const encoder = new TextEncoder()

const encoders = {
  lines: (value: object) => `${JSON.stringify(value)}\n`,
  events: (value: object) => `data: ${JSON.stringify(value)}\n\n`,
}

const mediaTypes = { lines: 'application/x-ndjson', events: 'text/event-stream' }
