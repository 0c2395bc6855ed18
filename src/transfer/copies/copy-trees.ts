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
    return { there: share, remotePath: (path) => path, onlyName: undefined }
  }
  const entry = await findEntry(share.pages, share.tree, source, signal)
  if (!entry) throw new MissingError(`There is no "${source}" in this share (any more).`)
  if (entry.kind === 'directory') {
    return {
      there: { pages: share.pages, tree: entry.summary },
      remotePath: (path) => within(source, path),
      onlyName: undefined,
    }
  }
  const onlyName = parseSharePath(localName)
  return {
    there: treeOfFile({ ...entry, name: nameOf(onlyName) }),
    remotePath: () => source,
    onlyName,
  }
}

/** Of a folder's tree, what belongs to a copy of one file. */
export async function treeOfOnly(
  folder: TreeSide,
  onlyName: SharePath,
  signal: AbortSignal,
): Promise<TreeSide> {
  const entry: Entry | undefined = await findEntry(folder.pages, folder.tree, onlyName, signal)
  return entry?.kind === 'file' ? treeOfFile(entry) : { pages: noPages, tree: emptyTree }
}

function treeOfFile(entry: FileEntry): TreeSide {
  const { pages, summary } = buildDirectory([entry])
  const bodies = new Map(pages.map(({ hash, bytes }): [PageHash, Uint8Array] => [hash, bytes]))
  return { tree: summary satisfies TreeSummary, pages: pagesIn(bodies) }
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

const noPages = pagesIn(new Map())

function within(parent: SharePath, path: SharePath): SharePath {
  return parseSharePath([...namesOf(parent), ...namesOf(path)].join('/'))
}
