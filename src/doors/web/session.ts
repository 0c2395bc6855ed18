import { sessionFor } from './asker.ts'

/**
 * The session of this browser: that of the code in the address, which is taken out of it at once, or the one of
 * before. Undefined if there is none. It lies in the storage of the page's own origin and ends with the node.
 */
export async function findSession(): Promise<string | undefined> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1]
  if (code === undefined) return localStorage.getItem(storageKey) ?? undefined
  history.replaceState(null, '', '/#/')
  try {
    const session = await sessionFor(code)
    localStorage.setItem(storageKey, session)
    return session
  } catch {
    // A code that is used up, as after "back": the session of before may still be good.
    return localStorage.getItem(storageKey) ?? undefined
  }
}

export function forgetSession(): void {
  localStorage.removeItem(storageKey)
}

const storageKey = 'fullmesh.session'
