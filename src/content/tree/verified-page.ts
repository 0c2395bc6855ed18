import { NodeError } from '../../base/errors.ts'
import type { Name, Page, PageHash, PageReference, PageSource, TreeSummary } from '../content.ts'
import { CorruptError } from '../errors.ts'
import { compareNames } from '../names.ts'
import { decodePage, emptyPage, pageHash } from './page.ts'
import { totalsOf } from './totals.ts'
import type { Totals } from './totals.ts'

/** Forks above the leaves of one directory: cut honestly, 128 ^ 8 entries. */
export const forkDepthMax = 8

/** A page of a directory that keeps the promises of whatever led to it. */
export interface OpenPage {
  readonly page: Page
  /** Forks passed on the way from the directory's top page. */
  readonly depth: number
  /** All names here come before it: the next page's first. */
  readonly until: Name | undefined
}

/** The page with this hash. Rejects with CorruptError for other bytes and for bytes that are no page. */
export async function openPage(
  source: PageSource,
  hash: PageHash,
  signal: AbortSignal,
): Promise<Page> {
  const bytes = hash === emptyPage.hash ? emptyPage.bytes : await source.page(hash, signal)
  if (pageHash(bytes) !== hash) throw new CorruptError('A directory page is not the one asked for.')
  try {
    return decodePage(bytes)
  } catch (cause) {
    if (!(cause instanceof NodeError)) throw cause
    throw new CorruptError('A directory page breaks the rules.', { cause })
  }
}

/** The top page of a directory. Rejects with CorruptError if it is not as `summary` says. */
export async function openTop(
  source: PageSource,
  summary: TreeSummary,
  signal: AbortSignal,
): Promise<OpenPage> {
  const page = await openPage(source, summary.tree, signal)
  const totals = totalsOf(page)
  checkTotals(totals, { ...summary, entries: totals.entries })
  return { page, depth: 0, until: undefined }
}

/** The page that item `at` of the fork `above` leads to. Rejects with CorruptError if it is not as that says. */
export async function openBelow(
  source: PageSource,
  above: OpenPage,
  at: number,
  signal: AbortSignal,
): Promise<OpenPage> {
  const references = above.page.kind === 'fork' ? above.page.pages : []
  const reference = references[at]
  if (!reference) throw new RangeError(`no page ${at} below`)
  const depth = above.depth + 1
  if (depth > forkDepthMax) throw new CorruptError('A directory has too many levels.')
  const page = await openPage(source, reference.hash, signal)
  const until = references[at + 1]?.first ?? above.until
  checkTotals(totalsOf(page), reference)
  checkNames(page, reference, until)
  return { page, depth, until }
}

function checkTotals(found: Totals, promised: Totals): void {
  const isSo =
    found.entries === promised.entries &&
    found.files === promised.files &&
    found.bytes === promised.bytes
  if (!isSo) throw new CorruptError('A directory page does not add up.')
}

function checkNames(page: Page, { first }: PageReference, until: Name | undefined): void {
  const names =
    page.kind === 'leaf' ? page.entries.map(({ name }) => name) : page.pages.map((one) => one.first)
  const last = names.at(-1)
  const isSo =
    names[0] === first &&
    last !== undefined &&
    (until === undefined || compareNames(last, until) < 0)
  if (!isSo) throw new CorruptError('A directory page is out of order.')
}
