import { dialogs } from './dialogs.svelte.ts'
import { router } from './route.svelte.ts'
import type { View } from './route.svelte.ts'

/** After `g`: the view to go to. */
export const viewByLetter: Readonly<Record<string, View>> = {
  h: 'home',
  s: 'shares',
  b: 'browse',
  c: 'copies',
  p: 'people',
  a: 'activity',
  e: 'settings',
}

let isGoing = false

/** Keys that mean the same everywhere; not while somebody types, and not under a dialog. */
export function shortcut(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || dialogs.open) return
  const { target, key } = event
  if (target instanceof HTMLElement && target.closest('input, select, textarea, dialog')) return
  const view = isGoing ? viewByLetter[key] : undefined
  isGoing = key === 'g'
  if (view) {
    event.preventDefault()
    router.go(view)
    return
  }
  const act = actions.get(key)
  if (!act) return
  event.preventDefault()
  act()
}

const actions = new Map<string, () => void>([
  ['n', () => dialogs.show({ kind: 'share-folder' })],
  ['l', () => dialogs.show({ kind: 'open-link', link: '' })],
  ['?', () => dialogs.show({ kind: 'help' })],
  ['/', search],
])

/** The search field of the view, or else that of browsing. */
function search(): void {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]')
  if (field) field.focus()
  else router.go('browse')
}
