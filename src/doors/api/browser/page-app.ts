import { Hono } from 'hono'
import { MalformedError } from '../../../base/errors.ts'
import type { Log } from '../../../base/log.ts'
import { apiRoot } from '../../contract/contract.ts'
import { failureReply } from '../failure-reply.ts'
import { readJsonObject } from '../request-body.ts'
import type { Browsers } from './browsers.ts'
import { bearerOf, demandOwnHost, demandOwnOrigin, NoSessionError, ownHosts } from './guard.ts'
import type { WebFiles } from './web-files.ts'

export interface PageParts {
  readonly browsers: Browsers
  /** The operations, as on the socket. */
  readonly operations: Hono
  readonly files: WebFiles
  readonly log: Log
}

/**
 * The node's page and its questions. Everything is refused that was not asked by this computer's own name,
 * or that another page sent; the page itself is for anybody, operations for bearers of a session or the token.
 */
export function pageApp({ browsers, operations, files, log }: PageParts): Hono {
  const app = new Hono()
  app.onError((error) => failureReply(error, log))
  app.use('*', async (context, next) => {
    demandOwnHost(context.req.raw.headers, browsers.ports.page)
    demandOwnOrigin(context.req.raw)
    await next()
    for (const [name, value] of Object.entries(pageHeaders)) context.res.headers.set(name, value)
    context.res.headers.set('content-security-policy', contentPolicy(browsers.ports.content))
  })
  app.post(sessionPath, async (context) => {
    const { code } = await readJsonObject(context)
    if (typeof code !== 'string') throw new MalformedError('request', '"code" must be text')
    const session = browsers.sessions.enter(code)
    if (session === undefined) throw new NoSessionError()
    return context.json({ schema: 'fullmesh.session/1', session })
  })
  app.use(`${apiRoot}/*`, async (context, next) => {
    if (!browsers.sessions.admits(bearerOf(context.req.raw.headers))) throw new NoSessionError()
    await next()
  })
  app.delete(sessionPath, (context) => {
    browsers.sessions.leave(bearerOf(context.req.raw.headers))
    return context.json({ schema: 'fullmesh.done/1' })
  })
  app.route('/', operations)
  app.get('*', (context) => files.answer(context.req.path))
  return app
}

const sessionPath = `${apiRoot}/session`

/** Scripts and styles are the page's own files; text never becomes either. */
function contentPolicy(contentPort: number): string {
  const content = ownHosts(contentPort)
    .map((host) => `http://${host}`)
    .join(' ')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    `img-src 'self' ${content}`,
    `media-src ${content}`,
    `frame-src ${content}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ].join('; ')
}

const pageHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
