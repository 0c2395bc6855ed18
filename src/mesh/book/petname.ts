import { displayText } from '../../base/display-text.ts'
import { MalformedError } from '../../base/errors.ts'
import type { PeerId } from '../mesh.ts'

/**
 * Reads the name that this node's user gives a peer: 1 to 40 characters that can be seen, without `/`, which
 * separates it from a share on the command line. Throws MalformedError rather than changing what was typed.
 */
export function parsePetname(text: string): string {
  const shown = displayText(text, petnameCharsMax + 1)
  if (shown === '') throw malformed('it is empty')
  if (Array.from(shown).length > petnameCharsMax) throw malformed('it has more than 40 characters')
  if (shown !== text.trim().normalize('NFC')) {
    throw malformed('it holds characters that nobody sees, or lines')
  }
  if (/[/\\]/.test(shown)) throw malformed('slashes are for paths')
  return shown
}

/** A petname out of what a peer calls itself: without slashes, and short. May be empty. */
export function petnameFrom(selfName: string): string {
  return displayText(selfName.replaceAll(/[/\\]/g, ' '), petnameCharsMax)
}

/** What a peer is called before anybody has named it. */
export function defaultPetname(peer: PeerId): string {
  return `peer-${peer.slice(0, 6)}`
}

/** Names that differ only in case or in the form of their letters are one name. */
export function petnameKey(petname: string): string {
  return petname.normalize('NFKC').toLowerCase()
}

/** The petname, or the first of `petname 2`, `petname 3` ... that is free. */
export function freePetname(petname: string, isTaken: (key: string) => boolean): string {
  let free = petname
  for (let number = 2; isTaken(petnameKey(free)); number++) {
    const ending = ` ${number}`
    const room = petnameCharsMax - ending.length
    free = Array.from(petname).slice(0, room).join('').trimEnd() + ending
  }
  return free
}

const petnameCharsMax = 40

function malformed(detail: string): MalformedError {
  return new MalformedError('name for a peer', detail)
}
