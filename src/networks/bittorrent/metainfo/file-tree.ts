import { bytesOfKey, utf8, BencodedDictionary } from '../bencode/bencode.ts'
import type { Bencoded } from '../bencode/bencode.ts'
import { attributesOf, depthMax, lengthOf, linkTargetOf } from './file-fields.ts'
import type { ListedFile } from './file-fields.ts'
import { TorrentError } from './torrent-error.ts'

/**
 * The files of a v2 `file tree`, in its order. A name leads to a directory, or to a file: a dictionary whose
 * only key is empty. Throws TorrentError.
 * Source: BEP 52
 */
export function treeFiles(tree: BencodedDictionary): readonly ListedFile[] {
  const files: ListedFile[] = []
  const open = [{ path: [] as readonly string[], entries: tree.entries.entries() }]
  for (;;) {
    const directory = open.at(-1)
    if (!directory) return files
    const next = directory.entries.next()
    if (next.done) {
      open.pop()
      continue
    }
    const [key, value] = next.value
    if (key === '' || !(value instanceof BencodedDictionary)) {
      throw new TorrentError('files', 'the tree of its files is broken')
    }
    const path = [...directory.path, utf8(bytesOfKey(key))]
    if (isFile(value)) files.push(listedFile(value.entries.get(''), path))
    else if (open.length > depthMax) throw new TorrentError('path', 'a file lies too deep')
    else open.push({ path, entries: value.entries.entries() })
  }
}

function isFile(value: BencodedDictionary): boolean {
  return value.entries.size === 1 && value.has('')
}

function listedFile(entry: Bencoded | undefined, path: readonly string[]): ListedFile {
  if (!(entry instanceof BencodedDictionary))
    throw new TorrentError('files', 'a file is no dictionary')
  const { isLink, isPad, isExecutable } = attributesOf(entry)
  if (isPad) throw new TorrentError('pad', 'a pad file stands in the tree of its files')
  const length = isLink ? 0 : lengthOf(entry)
  const kind = isLink && linkTargetOf(entry) ? 'link' : 'file'
  const root = length > 0 ? rootOf(entry) : undefined
  return { kind, path, length, root, isExecutable }
}

function rootOf(entry: BencodedDictionary): Uint8Array {
  const root = entry.bytes('pieces root')
  if (root?.length !== rootBytes || root.every((byte) => byte === 0)) {
    throw new TorrentError('root', 'a file has no root')
  }
  return root
}

const rootBytes = 32
