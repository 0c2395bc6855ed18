import { MissingError } from '../base/errors.ts'
import type { Folder } from '../content/content.ts'
import type { ShareReader, SignedHead } from './shares.ts'

/** Reads a share of this node: the same that peers may read. */
export function shareReader(folder: () => Folder, head: () => SignedHead | undefined): ShareReader {
  return {
    scope: 'read',
    head() {
      const newest = head()
      if (newest) return newest
      throw new MissingError('This share is still being indexed: nothing of it can be seen yet.')
    },
    entry: (path) => folder().index.entry(path),
    list: (path, after, limit) => folder().index.list(path, after, limit),
  }
}
