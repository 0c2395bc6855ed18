import { createContext } from 'svelte'
import type { Model } from './model.svelte.ts'

const [get, set] = createContext<() => Model>()

/** Called once, by App. */
export const setModel = set

/** The model of this page, for every component below App. */
export function getModel(): Model {
  return get()()
}
