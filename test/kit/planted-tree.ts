import type { Entry, TreeSummary } from '../../src/content/content.ts'
import { parseName } from '../../src/content/names.ts'
import { buildDirectory } from '../../src/content/tree/build.ts'
import { fileEntry } from './directory-entries.ts'
import type { PageShelf } from './page-shelf.ts'

/** A directory as a literal: text is a file's version, an object a directory. */
export interface Planted {
  readonly [name: string]: string | Planted
}

/** Builds the tree and puts all its pages on the shelf. */
export function plantTree(shelf: PageShelf, planted: Planted): TreeSummary {
  const entries = Object.entries(planted).map(([name, below]): Entry => {
    if (typeof below === 'string') return fileEntry(name, below)
    return { kind: 'directory', name: parseName(name), summary: plantTree(shelf, below) }
  })
  const { summary, pages } = buildDirectory(entries)
  shelf.put(pages)
  return summary
}
