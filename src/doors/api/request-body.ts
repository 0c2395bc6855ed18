import type { Context } from 'hono'
import { MalformedError } from '../../base/errors.ts'

/** The JSON object that a request brings. Rejects with MalformedError; no more is read than such a request may have. */
export async function readJsonObject({ req }: Context): Promise<Record<string, unknown>> {
  const type = req.header('content-type')?.split(';')[0]?.trim()
  if (type !== 'application/json') {
    throw new MalformedError('request', 'its body must be of the type application/json')
  }
  const body = await readJson(req.raw)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new MalformedError('request', 'its body must be a JSON object')
  }
  return { ...body }
}

async function readJson(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new MalformedError('request', 'its body is too large')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (cause) {
    throw new MalformedError('request', 'its body is not JSON', cause)
  }
}

/** Settings and places are short. A file's bytes have a way of their own. */
const bodyBytesMax = 256 * 1024
