/** Places as the UI takes them apart; their form is contract/locator.ts. */

export function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('/') + 1)
}

export function parentOf(place: string): string {
  const at = place.lastIndexOf('/')
  return at < 0 ? '' : place.slice(0, at)
}

export function inside(place: string, name: string): string {
  return place === '' ? name : `${place}/${name}`
}

/** A place and all above it, the nearest last. */
export function trail(place: string): { readonly name: string; readonly place: string }[] {
  const names = place === '' ? [] : place.split('/')
  return names.map((name, at) => ({ name, place: names.slice(0, at + 1).join('/') }))
}

/** The share of a place: its first two names. Empty for less. */
export function shareOf(place: string): string {
  const [peer, share] = place.split('/')
  return peer === undefined || share === undefined ? '' : `${peer}/${share}`
}
