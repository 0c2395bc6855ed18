import type { Entry, Page, TreeSummary } from '../content.ts'

/** What is below a page. */
export interface Totals {
  /** Entries of this directory, not counting those in subdirectories. */
  readonly entries: number
  /** Files, also those in subdirectories, and their bytes. */
  readonly files: number
  readonly bytes: number
}

export function totalsOf(page: Page): Totals {
  const parts = page.kind === 'leaf' ? page.entries.map(totalsOfEntry) : page.pages
  let [entries, files, bytes] = [0, 0, 0]
  for (const part of parts) {
    entries += part.entries
    files += part.files
    bytes += part.bytes
  }
  return { entries, files, bytes }
}

function totalsOfEntry(entry: Entry): Totals {
  if (entry.kind === 'file') return { entries: 1, files: 1, bytes: entry.content.length }
  const { files, bytes }: TreeSummary = entry.summary
  return { entries: 1, files, bytes }
}
