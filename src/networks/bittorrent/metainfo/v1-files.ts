import { BencodedDictionary } from '../bencode/bencode.ts'
import type { Bencoded } from '../bencode/bencode.ts'
import { attributesOf, lengthOf, linkTargetOf, namesIn } from './file-fields.ts'
import type { ListedFile } from './file-fields.ts'
import { TorrentError } from './torrent-error.ts'

/** The files of a v1 dictionary: those of `files`, or the one whose `length` it gives. Throws TorrentError. */
export function v1Files(info: BencodedDictionary, name: string): readonly ListedFile[] {
  const list = info.list('files')
  return list ? list.map((entry) => listedFile(entry)) : [onlyFile(info, name)]
}

function onlyFile(info: BencodedDictionary, name: string): ListedFile {
  if (name === '') throw new TorrentError('name', 'it has no name')
  const { isLink, isExecutable } = attributesOf(info)
  const kind = isLink && linkTargetOf(info) ? 'link' : 'file'
  const length = isLink ? 0 : lengthOf(info)
  return { kind, path: [name], length, root: undefined, isExecutable }
}

function listedFile(entry: Bencoded): ListedFile {
  if (!(entry instanceof BencodedDictionary))
    throw new TorrentError('files', 'a file is no dictionary')
  const { isLink, isPad, isExecutable } = attributesOf(entry)
  const length = isLink ? 0 : lengthOf(entry)
  const path = pathOf(entry, isPad, length)
  const isOldPad = path.some((name) => name.includes(bitCometPad))
  const kind = isPad || isOldPad ? 'pad' : isLink && linkTargetOf(entry) ? 'link' : 'file'
  return { kind, path, length, root: undefined, isExecutable }
}

function pathOf(entry: BencodedDictionary, isPad: boolean, length: number): readonly string[] {
  const list = entry.list('path.utf-8') ?? entry.list('path') ?? []
  if (list.length > 0) return namesIn(list)
  if (isPad) return ['.pad', String(length)]
  throw new TorrentError('name', 'a file has no name')
}

/** How BitComet called pad files before BEP 47. */
const bitCometPad = '_____padding_file_'
