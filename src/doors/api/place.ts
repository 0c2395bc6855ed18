import { MissingError } from '../../base/errors.ts'
import type { SharePath } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { parseInvite } from '../../shares/invite.ts'
import type { OwnShare } from '../../shares/shares.ts'
import type { KnownShare } from '../../transfer/transfer.ts'
import { ownName, parseLocator } from '../contract/locator.ts'
import type { Backend } from './api.ts'
import { findPeer, peerName } from './people.ts'

/** What a locator means on this node. */
export type Place =
  | { readonly kind: 'world' }
  | { readonly kind: 'self' }
  | { readonly kind: 'peer'; readonly peer: PeerId }
  | OwnPlace
  | RemotePlace

export interface OwnPlace {
  readonly kind: 'own'
  readonly share: OwnShare
  readonly path: SharePath
}

export interface RemotePlace {
  readonly kind: 'remote'
  readonly share: KnownShare
  readonly path: SharePath
}

/**
 * Finds what the text means. A link is accepted by it, and makes its owner a contact. What a peer offers may be
 * a copy: its place then begins with the owner. Rejects with MissingError, saying which name is unknown,
 * with MalformedError and NameError.
 */
export async function findPlace(
  backend: Backend,
  text: string,
  signal: AbortSignal,
): Promise<Place> {
  const locator = parseLocator(text)
  if (locator.kind === 'link') return acceptLink(backend, locator.link, locator.names)
  const [first, ...rest] = locator.names
  if (first === undefined) return { kind: 'world' }
  if (first === ownName) return inOwnShares(backend, rest)
  const peer = findPeer(backend, first)
  if (peer === backend.mesh.identity.peerId) return inOwnShares(backend, rest)
  if (peer !== undefined) return inPeersShares(backend, peer, rest, signal)
  const share = findOwnShare(backend, first)
  if (share) return { kind: 'own', share, path: pathOf(rest) }
  throw new MissingError(
    `Neither a peer nor a share of yours is called "${first}". "fullmesh peers" and "fullmesh share ls" list them.`,
  )
}

/** A place in a share, by its text. Rejects with MissingError for a peer or nothing alone. */
export async function findSharePlace(
  backend: Backend,
  text: string,
  signal: AbortSignal,
): Promise<OwnPlace | RemotePlace> {
  const place = await findPlace(backend, text, signal)
  if (place.kind === 'own' || place.kind === 'remote') return place
  throw new MissingError(
    `"${text}" names no share. Write PEER/SHARE/PATH; "fullmesh ls ${text}" shows which there are.`,
  )
}

/** One of this node's shares, by name or id. Throws MissingError. */
export function ownShare(backend: Backend, text: string): OwnShare {
  const share = findOwnShare(backend, text)
  if (share) return share
  throw new MissingError(
    `You share nothing called "${text}". "fullmesh share ls" lists your shares.`,
  )
}

/** The place in its plain form, which means the same for as long as names stay. */
export function placeText(backend: Backend, place: Place): string {
  switch (place.kind) {
    case 'world':
      return ''
    case 'self':
      return ownName
    case 'peer':
      return peerName(backend, place.peer)
    case 'own':
      return joined([ownName, place.share.settings.name, place.path])
    case 'remote':
      return joined([peerName(backend, place.share.owner), place.share.name, place.path])
  }
}

async function acceptLink(
  backend: Backend,
  link: string,
  names: readonly string[],
): Promise<OwnPlace | RemotePlace> {
  const invite = parseInvite(link)
  const own = backend.shares.byId(invite.share)
  if (own) return { kind: 'own', share: own, path: pathOf(names) }
  const share = await backend.remoteShares.accept(invite)
  return { kind: 'remote', share, path: pathOf(names) }
}

function inOwnShares(backend: Backend, names: readonly string[]): Place {
  const [name, ...rest] = names
  if (name === undefined) return { kind: 'self' }
  return { kind: 'own', share: ownShare(backend, name), path: pathOf(rest) }
}

async function inPeersShares(
  backend: Backend,
  peer: PeerId,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Place> {
  const [name, ...rest] = names
  if (name === undefined) return { kind: 'peer', peer }
  const path = pathOf(rest)
  const known = findKnownShare(backend, peer, name)
  if (known) return { kind: 'remote', share: known, path }
  const offers = await backend.remoteShares.offered(peer, signal)
  const ids = new Set(offers.filter((offer) => offer.name === name).map(({ id }) => id))
  const offered =
    findKnownShare(backend, peer, name) ??
    backend.remoteShares.known().find(({ id }) => ids.has(id))
  if (offered) return { kind: 'remote', share: offered, path }
  const who = peerName(backend, peer)
  throw new MissingError(
    `${who} offers nothing called "${name}" to you. "fullmesh ls ${who}" lists what there is; a link opens the rest.`,
  )
}

function findKnownShare(backend: Backend, peer: PeerId, text: string): KnownShare | undefined {
  const theirs = backend.remoteShares.known().filter((share) => share.owner === peer)
  return theirs.find(({ name }) => name === text) ?? theirs.find(({ id }) => isIdStart(text, id))
}

function findOwnShare(backend: Backend, text: string): OwnShare | undefined {
  const named = backend.shares.byName(text)
  return named ?? backend.shares.all().find(({ id }) => isIdStart(text, id))
}

function isIdStart(text: string, id: string): boolean {
  return text.length >= idCharsMin && id.startsWith(text.toLowerCase())
}

function pathOf(names: readonly string[]): SharePath {
  return parseSharePath(names.join('/'))
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/')
}

/** As for peers: fewer characters would be met by chance. */
const idCharsMin = 6
