import { english } from './english.ts'

/** All words of the UI. Other catalogues are of the same type, so none can lack one. */
export type Catalogue = typeof english

/** What numbers, dates and words are written for. */
export const locale: string = navigator.language

/** The words of this user's language, as far as there is a catalogue for it. */
export const text: Catalogue = english
