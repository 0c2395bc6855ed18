import { NodeError } from '../../../base/errors.ts'

/** Whatever was meant, it was not asked by this computer's name and port: a name that leads here (DNS rebinding). */
export class ForeignHostError extends NodeError {
  override readonly name = 'ForeignHostError'
  readonly kind = 'denied'
  constructor() {
    super(
      'This address is not the one that the node answers at. "fullmesh ui" opens the right one.',
    )
  }
}

/** A page that is not the node's own asks. */
export class ForeignOriginError extends NodeError {
  override readonly name = 'ForeignOriginError'
  readonly kind = 'denied'
  constructor() {
    super("Only the node's own pages may ask it in a browser.")
  }
}

/** Neither a session nor the token came along. */
export class NoSessionError extends NodeError {
  override readonly name = 'NoSessionError'
  readonly kind = 'denied'
  constructor() {
    super(
      'This window has no session with the node. Run "fullmesh ui" on this computer to open one.',
    )
  }
}

/** Throws ForeignHostError unless the request was made to this computer by a name that nobody else can give. */
export function demandOwnHost(headers: Headers, port: number): void {
  const host = headers.get('host')
  if (host === null || !ownHosts(port).includes(host)) throw new ForeignHostError()
}

/**
 * Throws ForeignOriginError for what another page has sent, in whatever form: fetch, form, image, script, event
 * stream, web socket. To lead to the node's start page is all that others may do.
 */
export function demandOwnOrigin(request: Request): void {
  const { headers, method } = request
  const origin = headers.get('origin')
  if (origin !== null && origin !== `http://${headers.get('host')}`) throw new ForeignOriginError()
  const site = headers.get('sec-fetch-site')
  if (site === null || site === 'same-origin' || site === 'none') return
  const opensPage =
    method === 'GET' &&
    headers.get('sec-fetch-mode') === 'navigate' &&
    headers.get('sec-fetch-dest') === 'document' &&
    new URL(request.url).pathname === '/'
  if (!opensPage) throw new ForeignOriginError()
}

/** What came as `Authorization: Bearer ...`; empty if nothing did. */
export function bearerOf(headers: Headers): string {
  return /^Bearer ([\w-]{1,128})$/.exec(headers.get('authorization') ?? '')?.[1] ?? ''
}

/** How a browser on this computer may call it. */
export function ownHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`]
}
