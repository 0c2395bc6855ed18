import { MissingError } from '../../base/errors.ts'
import type { Entry, Name, PageSource, SharePath, TreeSummary } from '../content.ts'
import { compareNames, nameOf, namesOf, parentOf, sharePathOfRoot } from '../names.ts'
import { openBelow, openTop } from './verified-page.ts'
import type { OpenPage } from './verified-page.ts'

/**
 * The entry at `path` of a tree, or undefined; the share itself has none. Opens only the pages on the way.
 * Rejects with CorruptError if one of them breaks what the page above it promises.
 */
export async function findEntry(
  source: PageSource,
  root: TreeSummary,
  path: SharePath,
  signal: AbortSignal,
): Promise<Entry | undefined> {
  if (path === sharePathOfRoot) return undefined
  const directory = await findDirectory(source, root, parentOf(path), signal)
  return directory && (await entryIn(source, directory, nameOf(path), signal))
}

/**
 * Entries of the directory at `path` in name order, those after the name `after`, at most `limit`.
 * Rejects with MissingError if there is no such directory, and with CorruptError as findEntry does.
 */
export async function listDirectory(
  source: PageSource,
  root: TreeSummary,
  path: SharePath,
  page: { readonly after: Name | undefined; readonly limit: number },
  signal: AbortSignal,
): Promise<Entry[]> {
  const directory = await findDirectory(source, root, path, signal)
  if (!directory) throw new MissingError(`There is no folder "${path}" in this share.`)
  const listed: Entry[] = []
  for await (const entry of entriesAfter(source, directory, page.after, signal)) {
    if (listed.length >= page.limit) break
    listed.push(entry)
  }
  return listed
}

async function findDirectory(
  source: PageSource,
  root: TreeSummary,
  path: SharePath,
  signal: AbortSignal,
): Promise<TreeSummary | undefined> {
  let directory = root
  for (const name of namesOf(path)) {
    const entry = await entryIn(source, directory, name, signal)
    if (entry?.kind !== 'directory') return undefined
    directory = entry.summary
  }
  return directory
}

async function entryIn(
  source: PageSource,
  directory: TreeSummary,
  name: Name,
  signal: AbortSignal,
): Promise<Entry | undefined> {
  let open = await openTop(source, directory, signal)
  while (open.page.kind === 'fork') {
    const at = lastUpTo(open, name)
    if (at < 0) return undefined
    open = await openBelow(source, open, at, signal)
  }
  return open.page.entries.find((entry) => entry.name === name)
}

async function* entriesAfter(
  source: PageSource,
  directory: TreeSummary,
  after: Name | undefined,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  yield* entriesBelow(source, await openTop(source, directory, signal), after, signal)
}

async function* entriesBelow(
  source: PageSource,
  open: OpenPage,
  after: Name | undefined,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  if (open.page.kind === 'leaf') {
    for (const entry of open.page.entries) {
      if (after === undefined || compareNames(entry.name, after) > 0) yield entry
    }
    return
  }
  const start = after === undefined ? 0 : Math.max(0, lastUpTo(open, after))
  for (let at = start; at < open.page.pages.length; at++) {
    yield* entriesBelow(source, await openBelow(source, open, at, signal), after, signal)
  }
}

/** The item of a fork below which `name` stands, if anywhere; -1 if it would come before all of them. */
function lastUpTo({ page }: OpenPage, name: Name): number {
  if (page.kind === 'leaf') return -1
  return page.pages.findLastIndex(({ first }) => compareNames(first, name) <= 0)
}
