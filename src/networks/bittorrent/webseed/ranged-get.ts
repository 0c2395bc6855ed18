import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { Surroundings } from '../../../base/base.ts'
import { InterruptedError, NodeError } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import type { AddressOrigin } from '../../../mesh/mesh.ts'
import { resolveAddress } from '../../../mesh/reach/resolve.ts'
import type { Lookup } from '../../../mesh/reach/resolve.ts'
import { WebSeedError } from './seed-error.ts'

export interface RangedGetOptions {
  readonly surroundings: Surroundings
  readonly lookUp: Lookup
  /** On whose word web seeds are asked: `peer` keeps to the internet, `user` allows those at home. */
  readonly origin: AddressOrigin
}

/** Some bytes of a file. */
export interface ByteSpan {
  readonly from: number
  readonly length: number
  /** Of the whole file. */
  readonly fileLength: number
}

/** Reads parts of files by HTTP, over connections that are kept. Dispose it to close them. */
export class RangedGet implements Disposable {
  readonly #options: RangedGetOptions
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: socketsMax })
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: socketsMax })

  constructor(options: RangedGetOptions) {
    this.#options = options
  }

  /** Fills `target`. Rejects with WebSeedError, OfflineError, ForbiddenAddressError or InterruptedError. */
  async read(url: URL, span: ByteSpan, target: Uint8Array, signal: AbortSignal): Promise<void> {
    let at = url
    for (let hops = 0; hops <= redirectsMax; hops++) {
      const response = await this.#ask(at, span, signal)
      const place = redirection(response, at)
      if (!place) return fill(response, span, target, (bytes) => this.#count(at, bytes))
      // Each step is checked like the first: it may lead anywhere.
      response.destroy()
      at = place
    }
    throw new WebSeedError('The web seed sends us round in circles.')
  }

  [Symbol.dispose](): void {
    this.#http.destroy()
    this.#https.destroy()
  }

  async #ask(url: URL, { from, length }: ByteSpan, signal: AbortSignal): Promise<IncomingMessage> {
    const { surroundings, lookUp, origin } = this.#options
    const isSecure = url.protocol === 'https:'
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
    const [address] = await resolveAddress({ host, port }, origin, lookUp)
    if (!address) throw new OfflineError('The web seed has no address.')
    const request = (isSecure ? requestHttps : requestHttp)({
      host: address.host,
      port: address.port,
      path: `${url.pathname}${url.search}`,
      agent: isSecure ? this.#https : this.#http,
      maxHeaderSize: headerBytesMax,
      headers: {
        host: url.host,
        range: `bytes=${from}-${from + length - 1}`,
        'user-agent': 'Fullmesh',
        'accept-encoding': 'identity',
      },
      ...(isIP(host) === 0 && { servername: host }),
    })
    return answerTo(request, surroundings, signal)
  }

  #count({ hostname }: URL, bytes: number): void {
    const label = {
      peer: hostname,
      network: 'bittorrent',
      purpose: 'payload',
      direction: 'in',
    } as const
    this.#options.surroundings.meter.count(label, bytes)
  }
}

/** The head of the answer. The body ends with an error when nothing comes for too long, or `signal` fires. */
function answerTo(
  request: ClientRequest,
  { clock }: Surroundings,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  let timer = clock.after(silenceMs, () => request.destroy())
  const stop = () => request.destroy(new InterruptedError(signal.reason))
  const heard = () => {
    timer[Symbol.dispose]()
    timer = clock.after(silenceMs, () => request.destroy())
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  request.on('response', (response) => {
    heard()
    response.on('data', heard).pause()
    resolve(response)
  })
  request.on('error', (cause) => {
    reject(
      cause instanceof NodeError
        ? cause
        : new OfflineError('The web seed does not answer.', { cause }),
    )
  })
  request.on('close', () => {
    timer[Symbol.dispose]()
    signal.removeEventListener('abort', stop)
    reject(new OfflineError('The web seed hung up.'))
  })
  request.end()
  return promise
}

function redirection({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined
  const place = URL.parse(headers.location ?? '', from.href)
  const isHttp =
    place?.protocol === 'https:' || (place?.protocol === 'http:' && from.protocol === 'http:')
  if (!place || !isHttp) throw new WebSeedError('The web seed sends us to where we do not go.')
  return place
}

async function fill(
  response: IncomingMessage,
  span: ByteSpan,
  target: Uint8Array,
  onBytes: (bytes: number) => void,
): Promise<void> {
  try {
    checkHead(response, span)
    let at = 0
    for await (const chunk of response) {
      if (!(chunk instanceof Uint8Array)) continue
      onBytes(chunk.length)
      if (at + chunk.length > span.length) throw new WebSeedError('The web seed sends too much.')
      target.set(chunk, at)
      at += chunk.length
    }
    if (at < span.length) throw new WebSeedError('The web seed sends too little.')
  } catch (cause) {
    response.destroy()
    if (cause instanceof NodeError) throw cause
    throw new OfflineError('The web seed broke off.', { cause })
  }
}

/** Whether what follows is what was asked for, before any of it is read. */
function checkHead(response: IncomingMessage, { from, length, fileLength }: ByteSpan): void {
  const { statusCode, headers } = response
  if (statusCode === 429 || statusCode === 503) {
    const seconds = Number(headers['retry-after'] ?? Number.NaN)
    throw new WebSeedError('The web seed is busy.', seconds >= 0 ? seconds * 1_000 : undefined)
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  const range = `bytes ${from}-${from + length - 1}/`
  const isPart = statusCode === 206 && (headers['content-range'] ?? '').startsWith(range)
  const isWhole = statusCode === 200 && from === 0 && length === fileLength
  if ((isPart || isWhole) && encoding === 'identity') return
  throw new WebSeedError(`The web seed has not got it (status ${statusCode}).`)
}

/** BEP 19 asks for few connections: whoever opens many looks like an attack. */
const socketsMax = 2

const redirectsMax = 5
const headerBytesMax = 16 * 1024
const silenceMs = 30_000
