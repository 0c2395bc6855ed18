import { Hono } from 'hono'
import { MissingError } from '../../../base/errors.ts'
import type { Desk } from '../api.ts'
import { bytesReply } from '../bytes-reply.ts'
import { failureReply } from '../failure-reply.ts'
import { readBytes } from '../operations/read-bytes.ts'
import type { Browsers } from './browsers.ts'
import { demandOwnHost } from './guard.ts'
import { mediaType } from './media-type.ts'

/**
 * The content of shared files, by range, at an origin that has nothing else: whatever a shared page says there,
 * it runs nothing, loads nothing and reaches nobody.
 */
export function contentApp(desk: Desk, browsers: Browsers, closing: AbortSignal): Hono {
  const app = new Hono()
  const { log } = desk.surroundings
  app.onError((error) => withHeaders(failureReply(error, log), shutHeaders))
  app.notFound(() => {
    throw new MissingError('There is nothing here.')
  })
  app.use('*', async (context, next) => {
    demandOwnHost(context.req.raw.headers, browsers.ports.content)
    await next()
  })
  app.get('/:key/:name', async (context) => {
    const place = browsers.previews.find(context.req.param('key'))
    if (place === undefined) throw new MissingError('This address is no longer good.')
    const { raw } = context.req
    const signal = AbortSignal.any([raw.signal, closing])
    const reply = bytesReply(await readBytes(desk, { place }, signal), raw.headers)
    const type = mediaType(context.req.param('name'))
    const isShown = type !== 'application/octet-stream' && context.req.query('save') === undefined
    return withHeaders(reply, {
      ...shutHeaders,
      'content-type': type,
      'content-disposition': isShown ? 'inline' : 'attachment',
    })
  })
  return app
}

function withHeaders(reply: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) reply.headers.set(name, value)
  return reply
}

const shutHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'",
  // Its address is the secret: whoever has that may show it, in the node's page, which calls itself localhost or 127.0.0.1.
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
