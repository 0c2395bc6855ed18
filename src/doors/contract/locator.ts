import { MalformedError } from '../../base/errors.ts'

/**
 * The text form of a place, before anyone has looked what its names mean here.
 *
 *     me/Photos/2024        a share of this node, and a path inside
 *     ana/Photos/2024       a peer's: petname, PeerId (or its start) or name on the LAN
 *     Photos/2024           the same as me/Photos/2024 unless a peer is called Photos
 *     ana                   what a peer shares
 *     (nothing)             all peers and shares
 *     fullmesh:…/2024       a link, and a path inside its share
 */
export type Locator =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'link'; readonly link: string; readonly names: readonly string[] }

/** The first name of places on this node. */
export const ownName = 'me'

/** Whether the text is a link, alone or with a path behind it. */
export function isLink(text: string): boolean {
  return text.startsWith(linkStart)
}

/**
 * Takes a place apart. A slash at the end is allowed. Throws MalformedError for local paths and empty names;
 * names are otherwise unchecked.
 */
export function parseLocator(text: string): Locator {
  const trimmed = text.trim()
  if (/^[/\\~]|^\.{1,2}(?:\/|$)/.test(trimmed)) {
    throw new MalformedError(
      'place',
      'it looks like a path of this computer, and a place is PEER/SHARE/PATH ("fullmesh ls" lists all)',
    )
  }
  if (!isLink(trimmed)) return { kind: 'names', names: namesOf(trimmed) }
  const end = trimmed.indexOf('/')
  if (end < 0) return { kind: 'link', link: trimmed, names: [] }
  return { kind: 'link', link: trimmed.slice(0, end), names: namesOf(trimmed.slice(end + 1)) }
}

/** Whether the user meant what is inside: `PLACE/`. */
export function endsInside(text: string): boolean {
  return text.trim().endsWith('/')
}

function namesOf(text: string): string[] {
  const inner = text.replace(/\/$/, '')
  if (inner === '') return []
  const names = inner.split('/')
  if (names.some((name) => name === '' || name === '.' || name === '..')) {
    throw new MalformedError('place', 'each name between its slashes must be a real one')
  }
  return names
}

const linkStart = 'fullmesh:'
