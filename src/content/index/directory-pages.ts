import type {
  Entry,
  Name,
  Page,
  PageHash,
  PageReference,
  SharePath,
  TreeSummary,
} from '../content.ts'
import { IndexDamageError } from '../errors.ts'
import { collisionKey, compareNames } from '../names.ts'
import { beginsPage, PageCutter } from '../tree/cutter.ts'
import { encodePage, pageItemsMax } from '../tree/page.ts'
import type { EncodedPage } from '../tree/page.ts'
import { totalsOf } from '../tree/totals.ts'
import type { PageStore } from './page-store.ts'
import { namesMark } from './place-store.ts'
import type { Place, PlaceStore } from './place-store.ts'
import { packStamps, unknownStamp, unpackStamps } from './stamp.ts'
import type { Stamp } from './stamp.ts'

/** An entry of our own tree with what proves it fresh. */
export interface Known {
  readonly entry: Entry
  readonly stamp: Stamp
}

/** What becomes of the entries of some names of one directory: undefined removes one. */
export type KnownChanges = ReadonlyMap<Name, KnownChange | undefined>

export interface KnownChange {
  readonly entry: Entry
  /** Undefined leaves the stamp that the name has. */
  readonly stamp: Stamp | undefined
}

/** Hears of each entry that a change replaces, removes or adds. */
export type EntryListener = (
  name: Name,
  before: Entry | undefined,
  after: Entry | undefined,
) => void

/** The directories of our own tree, as pages with stamps: what is on them, and how they change. */
export class DirectoryPages {
  readonly #pages: PageStore
  readonly #places: PlaceStore

  constructor(pages: PageStore, places: PlaceStore) {
    this.#pages = pages
    this.#places = places
  }

  get(directory: SharePath, name: Name): Known | undefined {
    return this.getSome(directory, [name]).get(name)
  }

  /** Those of the names that the directory has. Opens each page once. */
  getSome(directory: SharePath, names: Iterable<Name>): Map<Name, Known> {
    const found = new Map<Name, Known>()
    const openByFirst = new Map<Name, Map<Name, Known>>()
    for (const name of names) {
      const place = this.#places.placeOf(directory, name)
      if (!place) continue
      let page = openByFirst.get(place.first)
      if (!page) openByFirst.set(place.first, (page = byName(this.open(place))))
      const known = page.get(name)
      if (known) found.set(name, known)
    }
    return found
  }

  getAll(directory: SharePath): Map<Name, Known> {
    return byName(this.#places.places(directory).flatMap((place) => this.open(place)))
  }

  /** The entries of a page with their stamps. Throws IndexDamageError if the index has lost or spoiled it. */
  open(place: Pick<Place, 'hash' | 'stamps'>): Known[] {
    const page = this.#own(place.hash)
    const stamps = unpackStamps(place.stamps)
    return page.entries.map((entry, at) => ({ entry, stamp: stamps[at] ?? unknownStamp }))
  }

  /**
   * Changes a directory, new or known, and returns it as its parent sees it. Opens and writes only the
   * pages that a change touches; one without any makes an empty directory of one that is not known.
   */
  change(directory: SharePath, changes: KnownChanges, listener: EntryListener): TreeSummary {
    const places = this.#places.references(directory)
    const left: PageReference[] = []
    let kept = 0
    for (const run of touchedRuns(places, [...changes.keys()].toSorted(compareNames))) {
      left.push(...places.slice(kept, run.from))
      left.push(
        ...this.#rewrite(directory, places.slice(run.from, run.to), run.names, changes, listener),
      )
      kept = run.to
    }
    left.push(...places.slice(kept))
    return this.#writeForks(directory, left)
  }

  /** Forgets a directory; what is below it has to be forgotten apart. */
  drop(directory: SharePath, listener: EntryListener): void {
    for (const place of this.#places.places(directory)) {
      for (const { entry } of this.open(place)) listener(entry.name, entry, undefined)
      this.#places.remove(directory, place.first)
      this.#pages.release(place.hash)
    }
    for (const hash of this.#places.forks(directory)) {
      this.#places.removeFork(directory, hash)
      this.#pages.release(hash)
    }
  }

  #own(hash: PageHash): Page & { kind: 'leaf' } {
    let page: Page | undefined
    try {
      page = this.#pages.page(hash)
    } catch (cause) {
      throw new IndexDamageError('a page of it breaks the rules', cause)
    }
    if (page?.kind !== 'leaf') throw new IndexDamageError('a page of it is lost')
    return page
  }

  #rewrite(
    directory: SharePath,
    before: readonly PageReference[],
    names: readonly Name[],
    changes: KnownChanges,
    listener: EntryListener,
  ): PageReference[] {
    const old = before.flatMap(({ first }) => {
      const place = this.#places.placeOf(directory, first)
      return place ? this.open(place) : []
    })
    const leaves = cutLeaves(merge(old, names, changes, listener))
    // What is new is named before what is old is released, so that a page that stays is never let go.
    const pages = leaves.map((known) => leafPage(known))
    for (const { encoded } of pages) this.#pages.use(encoded)
    for (const { first, hash } of before) {
      this.#places.remove(directory, first)
      this.#pages.release(hash)
    }
    for (const { place } of pages) this.#places.put(directory, place)
    return pages.map(({ place }) => place)
  }

  #writeForks(directory: SharePath, leaves: readonly PageReference[]): TreeSummary {
    const cutter = new PageCutter()
    for (const leaf of leaves) cutter.addPage(leaf, 0)
    const summary = cutter.finish()
    const old = new Set(this.#places.forks(directory))
    for (const fork of cutter.made.values()) {
      if (old.delete(fork.hash)) continue
      this.#pages.use(fork)
      this.#places.putFork(directory, fork.hash)
    }
    for (const hash of old) {
      this.#places.removeFork(directory, hash)
      this.#pages.release(hash)
    }
    return summary
  }
}

function byName(known: readonly Known[]): Map<Name, Known> {
  return new Map(known.map((one) => [one.entry.name, one]))
}

/** Pages `from` to `to` (not included) that have to be cut anew, and the changed names among them. */
interface Run {
  readonly from: number
  to: number
  readonly names: Name[]
}

/**
 * Where the changed names, in order, touch the pages. A page whose first name does not begin one by
 * itself hangs together with the page before it, and one may lose its first name by a change.
 */
function touchedRuns(places: readonly PageReference[], names: readonly Name[]): Run[] {
  const runs: Run[] = []
  for (const name of names) {
    const at = indexOfPlace(places, name)
    const last = runs.at(-1)
    if (last && (at < last.to || places.length === 0)) {
      last.names.push(name)
      continue
    }
    const isFirst = places[at]?.first === name
    let from = isFirst && at > 0 ? at - 1 : at
    while (from > (last?.to ?? 0) && !begins(places[from])) from--
    let to = Math.min(at + 1, places.length)
    while (to < places.length && !begins(places[to])) to++
    if (last && from < last.to) {
      last.to = to
      last.names.push(name)
    } else runs.push({ from, to, names: [name] })
  }
  return runs
}

function begins(place: PageReference | undefined): boolean {
  return place !== undefined && beginsPage(place.first, 0)
}

/** The page on which `name` is or would be. */
function indexOfPlace(places: readonly PageReference[], name: Name): number {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const first = places[middle]?.first
    if (first !== undefined && compareNames(first, name) <= 0) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

function merge(
  old: readonly Known[],
  names: readonly Name[],
  changes: KnownChanges,
  listener: EntryListener,
): Known[] {
  const merged: Known[] = []
  let at = 0
  for (const name of names) {
    let known = old[at]
    for (; known && compareNames(known.entry.name, name) < 0; known = old[++at]) merged.push(known)
    const before = known?.entry.name === name ? known : undefined
    if (before) at++
    const after = changes.get(name)
    if (after) {
      merged.push({ entry: after.entry, stamp: after.stamp ?? before?.stamp ?? unknownStamp })
    }
    listener(name, before?.entry, after?.entry)
  }
  for (const known of old.slice(at)) merged.push(known)
  return withoutRivals(merged, new Set(old.map(({ entry }) => entry.name)), listener)
}

/**
 * Whoever adds a name has seen that nothing on the disk collides with it; what does so here has gone
 * unseen, and must not make a page that nobody can read. Among pages, and among names that come
 * together, a scan sees to it.
 */
function withoutRivals(
  merged: Known[],
  oldNames: ReadonlySet<Name>,
  listener: EntryListener,
): Known[] {
  if (oldNames.size === 0) return merged
  const newByKey = new Map<string, Name>()
  for (const { entry } of merged) {
    if (!oldNames.has(entry.name)) newByKey.set(collisionKey(entry.name), entry.name)
  }
  if (newByKey.size === 0) return merged
  return merged.filter(({ entry }) => {
    const winner = newByKey.get(collisionKey(entry.name)) ?? entry.name
    if (winner !== entry.name) listener(entry.name, entry, undefined)
    return winner === entry.name
  })
}

/** As a PageCutter cuts them. */
function cutLeaves(known: readonly Known[]): Known[][] {
  const leaves: Known[][] = []
  let leaf: Known[] = []
  for (const one of known) {
    if (leaf.length >= pageItemsMax || (leaf.length > 0 && beginsPage(one.entry.name, 0))) {
      leaves.push(leaf)
      leaf = []
    }
    leaf.push(one)
  }
  return leaf.length > 0 ? [...leaves, leaf] : leaves
}

function leafPage(known: readonly Known[]): { place: Place; encoded: EncodedPage } {
  const entries = known.map(({ entry }) => entry)
  const encoded = encodePage({ kind: 'leaf', entries })
  const [first] = entries
  if (!first) throw new Error('a page without entries')
  const place = {
    ...totalsOf({ kind: 'leaf', entries }),
    first: first.name,
    hash: encoded.hash,
    names: namesMark(entries.map(({ name }) => name)),
    stamps: packStamps(known.map(({ stamp }) => stamp)),
  }
  return { place, encoded }
}
