import { fromHex, toHex } from '../../base/bytes.ts'
import { MalformedError, NodeError } from '../../base/errors.ts'
import type { SharePath } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import { parseShareId } from '../../shares/share-id.ts'
import type { ShareId } from '../../shares/shares.ts'

/** The versions of the peer protocol that this node speaks. */
export const protocolVersions: readonly number[] = [1]

/** A question as its method and path say it. */
export type Route =
  | { readonly to: 'node' }
  | { readonly to: ShareQuestion; readonly share: ShareId }
  | { readonly to: 'file'; readonly share: ShareId; readonly path: SharePath }
  | { readonly to: OfferQuestion; readonly offer: OfferId }

export type ShareQuestion = keyof typeof shareQuestions
export type OfferQuestion = keyof typeof offerQuestions

/** The id of a change, as long as the file that it puts is on offer: 16 bytes. */
export type OfferId = Uint8Array

/** Questions below /1/shares/:share, with the end of their path and their method. */
const shareQuestions = {
  share: { end: undefined, method: 'GET' },
  open: { end: 'open', method: 'POST' },
  head: { end: 'head', method: 'GET' },
  pages: { end: 'pages', method: 'POST' },
  small: { end: 'small', method: 'POST' },
  layer: { end: 'layer', method: 'POST' },
  leaves: { end: 'leaves', method: 'POST' },
  watch: { end: 'watch', method: 'GET' },
  changes: { end: 'changes', method: 'POST' },
  bin: { end: 'bin', method: 'POST' },
} as const

/** Questions below /1/offers/:id. */
const offerQuestions = {
  'offer-layer': { end: 'layer', method: 'GET' },
  'offer-bytes': { end: 'bytes', method: 'GET' },
} as const

/** A version, path or method that this node does not know. Answered with the versions that it knows. */
export class UnsupportedError extends NodeError {
  override readonly name = 'UnsupportedError'
  readonly kind = 'unsupported'
  constructor() {
    super(
      `That node does not know this question. It speaks version ${protocolVersions.join(', ')} of the protocol; the newer of the two may have to be updated.`,
    )
  }
}

/** Method and path of a question. */
export function questionOf(route: Route): {
  readonly method: 'GET' | 'POST'
  readonly path: string
} {
  switch (route.to) {
    case 'node':
      return { method: 'GET', path: '/1/node' }
    case 'file':
      return { method: 'GET', path: `/1/shares/${route.share}/files/${encodePath(route.path)}` }
    case 'offer-layer':
    case 'offer-bytes': {
      const { end, method } = offerQuestions[route.to]
      return { method, path: `/1/offers/${toHex(route.offer)}/${end}` }
    }
    default: {
      const { end, method } = shareQuestions[route.to]
      const path = `/1/shares/${route.share}`
      return { method, path: end === undefined ? path : `${path}/${end}` }
    }
  }
}

/** Throws UnsupportedError for what is no question of ours, MalformedError for one with a broken id or path. */
export function parseRoute(method: string, path: string): Route {
  const [root, version, area, id, end, ...rest] = withoutQuery(path).split('/')
  if (root !== '' || version !== '1') throw new UnsupportedError()
  if (area === 'node' && id === undefined && method === 'GET') return { to: 'node' }
  if (area === 'shares' && id !== undefined) {
    if (end === 'files' && method === 'GET') {
      return { to: 'file', share: parseShareId(id), path: decodePath(rest) }
    }
    const to = named(shareQuestions, end, method)
    if (to && rest.length === 0) return { to, share: parseShareId(id) }
  }
  if (area === 'offers' && id !== undefined) {
    const to = named(offerQuestions, end, method)
    if (to && rest.length === 0) return { to, offer: parseOfferId(id) }
  }
  throw new UnsupportedError()
}

function named<Name extends string>(
  questions: Readonly<Record<Name, { readonly end: string | undefined; readonly method: string }>>,
  end: string | undefined,
  method: string,
): Name | undefined {
  for (const name in questions) {
    if (questions[name].end === end && questions[name].method === method) return name
  }
  return undefined
}

/** No question has one; a later version may. */
function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? ''
}

function encodePath(path: SharePath): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** Each name is decoded by itself: one that hides a slash is refused, and not taken for two. */
function decodePath(parts: readonly string[]): SharePath {
  const names = parts.map((part) => {
    const name = decodeName(part)
    if (name === '' || name.includes('/'))
      throw new MalformedError('path', 'a name in it is no name')
    return name
  })
  if (names.length === 0) throw new MalformedError('path', 'it names no file')
  return parseSharePath(names.join('/'))
}

function decodeName(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (cause) {
    throw new MalformedError('path', 'its percent-encoding is broken', cause)
  }
}

function parseOfferId(text: string): OfferId {
  const id = fromHex(text)
  if (id?.length !== offerIdBytes) throw new MalformedError('offer id', 'it is not 16 bytes in hex')
  return id
}

export const offerIdBytes = 16
