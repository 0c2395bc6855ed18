import type { IncomingMessage, ServerResponse } from 'node:http'
import { InterruptedError } from '../../../base/errors.ts'
import { DavError } from '../errors.ts'
import { readXml } from '../xml/read-xml.ts'
import type { XmlElement } from '../xml/xml.ts'
import { parseAddress } from './address.ts'
import type { DriveAddress } from './address.ts'

/** What is answered. A body that comes bit by bit is sent as it comes. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string | AsyncIterable<Uint8Array | string>
  /** What the body comes from: let go of when the answer is out, or can't go out. */
  readonly source?: AsyncDisposable
}

/** One request, as methods see it. */
export class Exchange {
  readonly method: string
  readonly address: DriveAddress
  /** Fires when whoever asks has gone, or the drive closes. */
  readonly signal: AbortSignal
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #waitsForContinue: boolean

  /** Throws MalformedError for an address that is none. */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
    waitsForContinue: boolean,
  ) {
    this.method = request.method ?? ''
    this.address = parseAddress(request.url ?? '')
    this.signal = signal
    this.#request = request
    this.#response = response
    this.#waitsForContinue = waitsForContinue
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** How long the body says it is; Finder says so in its own way. */
  get announcedBytes(): number | undefined {
    const text = this.header('content-length') ?? this.header('x-expected-entity-length')
    const bytes = Number(text)
    return text !== undefined && Number.isSafeInteger(bytes) ? bytes : undefined
  }

  get hasBody(): boolean {
    return this.header('transfer-encoding') !== undefined || (this.announcedBytes ?? 0) > 0
  }

  /** The body, which whoever waits to be told is now told to send. May be read once. */
  body(): AsyncIterable<Uint8Array> {
    if (this.#waitsForContinue) this.#response.writeContinue()
    return whole(this.#request)
  }

  /** The body as XML; undefined for none. Throws MalformedError, and DavError 413 for a long one. */
  async xml(): Promise<XmlElement | undefined> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of this.body()) {
      bytes += chunk.length
      if (bytes > xmlBytesMax) throw new DavError(413, 'The body of the request is too long.')
      chunks.push(chunk)
    }
    return bytes === 0 ? undefined : readXml(Buffer.concat(chunks).toString('utf8'))
  }

  /** The path of an address that a header names, whole or without its host; undefined if it is another server's. */
  pathOf(text: string): string | undefined {
    if (text.startsWith('/')) return text
    const url = URL.parse(text)
    if (url === null || url.host !== this.header('host')?.toLowerCase()) return undefined
    // As it was written: URL has its own opinion of which characters stay.
    const path = text.slice(text.indexOf('/', text.indexOf('//') + 2))
    return path.startsWith('/') ? path : '/'
  }
}

/** A client that goes before the end of its body has interrupted itself: that is no fault of the drive's. */
async function* whole(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* request
  } catch (error) {
    throw new InterruptedError(error)
  }
  if (!request.complete) throw new InterruptedError()
}

/** Where a copy or move goes. Throws DavError 502 for another server, 400 for none. */
export function destinationOf(exchange: Exchange): DriveAddress {
  const text = exchange.header('destination')
  if (text === undefined) throw new DavError(400, 'The request does not say where to.')
  const path = exchange.pathOf(text)
  if (path === undefined) throw new DavError(502, 'Nothing is brought to other servers.')
  return parseAddress(path)
}

/** Throws DavError 400 for another value than these. */
export function depthOf(exchange: Exchange): '0' | '1' | 'infinity' {
  const text = exchange.header('depth')?.trim().toLowerCase() ?? 'infinity'
  if (text === '0' || text === '1' || text === 'infinity') return text
  throw new DavError(400, 'The depth is none of 0, 1 and infinity.')
}

/** More than a client that asks for every property by name needs. */
const xmlBytesMax = 256 * 1024
