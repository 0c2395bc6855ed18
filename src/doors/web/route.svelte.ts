/** What is shown: a view, and what of it. Kept in the address, so that reload, back and bookmarks work. */
export type View = 'home' | 'shares' | 'browse' | 'copies' | 'people' | 'activity' | 'settings'

export const views: readonly View[] = [
  'home',
  'shares',
  'browse',
  'copies',
  'people',
  'activity',
  'settings',
]

export interface Route {
  readonly view: View
  /** A share's or peer's id, or a place. */
  readonly at: string
}

class Router {
  now: Route = $state.raw(parseRoute(location.hash))

  constructor() {
    addEventListener('hashchange', () => {
      this.now = parseRoute(location.hash)
    })
  }

  go(view: View, at = ''): void {
    location.hash = addressOf(view, at)
  }
}

/** The address of a view, for links. */
export function addressOf(view: View, at = ''): string {
  const path = at.split('/').map(encodeURIComponent).join('/')
  return at === '' ? `#/${view}` : `#/${view}/${path}`
}

/** Whatever makes no sense is home. */
export function parseRoute(hash: string): Route {
  const [view = '', ...rest] = hash.replace(/^#\//, '').split('/')
  const known = views.find((one) => one === view)
  if (known === undefined) return { view: 'home', at: '' }
  try {
    return { view: known, at: rest.map(decodeURIComponent).join('/') }
  } catch {
    return { view: known, at: '' }
  }
}

export const router = new Router()
