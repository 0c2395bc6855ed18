import { arabic } from './arabic.ts'
import { english } from './english.ts'
import type { Catalogue } from './words.ts'

const catalogues = new Map<string, Catalogue>([
  ['en', english],
  ['ar', arabic],
])
const wanted = navigator.languages.find((tag) => catalogues.has(languageOf(tag))) ?? 'en'

/** The words of the first of this user's languages that there is a catalogue for. */
export const text: Catalogue = catalogues.get(languageOf(wanted)) ?? english

/** What numbers, dates and spans of time are written for. */
export const locale: string = wanted

function languageOf(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? ''
}
