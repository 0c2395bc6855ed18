import type { english } from './english.ts'

/** Text, sentences with gaps, and groups of both. */
export interface Words {
  readonly [name: string]: string | ((...gaps: never[]) => string) | Words
}

/** What every language has: all that English has, so that none can lack a word. */
export type Catalogue = typeof english
