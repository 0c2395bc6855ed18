import { MissingError } from '../../base/errors.ts'
import type {
  Entry,
  FileEntry,
  PageHash,
  PageSource,
  SharePath,
  TreeSummary,
} from '../../content/content.ts'
import { nameOf, namesOf, parseSharePath, sharePathOfRoot } from '../../content/names.ts'
import { buildDirectory } from '../../content/tree/build.ts'
import type { TreeSide } from '../../content/tree/diff.ts'
import { emptyTree } from '../../content/tree/page.ts'
import { findEntry } from '../../content/tree/read.ts'

/** What a copy wants of a share: the part's tree, and where the paths of that tree stand in the share. */
export interface PartOfShare {
  readonly there: TreeSide
  readonly remotePath: (path: SharePath) => SharePath
  /** For a copy of one file: the only name in the tree, which is its local one. */
  readonly onlyName: SharePath | undefined
  /** Pages of `there` that stand in no tree of the share: nobody else can be asked for them later. */
  readonly ownPages: readonly Uint8Array[]
}

/**
 * The part of a share at `source`. A single file appears as a directory that holds nothing else, under
 * its local name. Rejects with MissingError if there is no such thing (any more).
 */
export async function partOfShare(
  share: TreeSide,
  source: SharePath,
  localName: string,
  signal: AbortSignal,
): Promise<PartOfShare> {
  if (source === sharePathOfRoot) {
    return { there: share, remotePath: (path) => path, onlyName: undefined, ownPages: [] }
  }
  const entry = await findEntry(share.pages, share.tree, source, signal)
  if (!entry) throw new MissingError(`There is no "${source}" in this share (any more).`)
  if (entry.kind === 'directory') {
    return {
      there: { pages: share.pages, tree: entry.summary },
      remotePath: (path) => within(source, path),
      onlyName: undefined,
      ownPages: [],
    }
  }
  const onlyName = parseSharePath(localName)
  const { tree, pages } = treeOfFile({ ...entry, name: nameOf(onlyName) })
  return {
    there: { tree, pages: pagesIn(pages) },
    remotePath: () => source,
    onlyName,
    ownPages: [...pages.values()],
  }
}

/** Of a folder's tree, what belongs to a copy of one file. */
export async function treeOfOnly(
  folder: TreeSide,
  onlyName: SharePath,
  signal: AbortSignal,
): Promise<TreeSide> {
  const entry: Entry | undefined = await findEntry(folder.pages, folder.tree, onlyName, signal)
  if (entry?.kind !== 'file') return { pages: pagesIn(new Map()), tree: emptyTree }
  const { tree, pages } = treeOfFile(entry)
  return { tree, pages: pagesIn(pages) }
}

function treeOfFile(entry: FileEntry): TreeOfFile {
  const { pages, summary } = buildDirectory([entry])
  const bodies = new Map(pages.map(({ hash, bytes }): [PageHash, Uint8Array] => [hash, bytes]))
  return { tree: summary, pages: bodies }
}

interface TreeOfFile {
  readonly tree: TreeSummary
  readonly pages: ReadonlyMap<PageHash, Uint8Array>
}

function pagesIn(bodies: ReadonlyMap<PageHash, Uint8Array>): PageSource {
  return {
    page: async (hash) => {
      const body = bodies.get(hash)
      if (!body) throw new MissingError('There is no such page in the tree of one file.')
      return body
    },
  }
}

function within(parent: SharePath, path: SharePath): SharePath {
  return parseSharePath([...namesOf(parent), ...namesOf(path)].join('/'))
}
