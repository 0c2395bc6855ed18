import { isList, utf8 } from '../bencode/bencode.ts'
import type { Bencoded, BencodedDictionary } from '../bencode/bencode.ts'
import type { TorrentFile } from './metainfo.ts'
import { TorrentError } from './torrent-error.ts'

/** A file as a torrent lists it, before it has its place in the row. */
export type ListedFile = Omit<TorrentFile, 'index' | 'offset'>

/** BEP 47: `l` link, `x` executable, `p` padding; what else there is changes nothing here. */
export function attributesOf(entry: BencodedDictionary): {
  readonly isLink: boolean
  readonly isPad: boolean
  readonly isExecutable: boolean
} {
  const letters = entry.text('attr') ?? ''
  return {
    isLink: letters.includes('l'),
    isPad: letters.includes('p'),
    isExecutable: letters.includes('x'),
  }
}

/** Throws TorrentError unless it is a number of bytes that a file may have. */
export function lengthOf(entry: BencodedDictionary): number {
  const length = entry.integer('length')
  if (length === undefined || length < 0 || length > fileBytesMax) {
    throw new TorrentError('length', 'a file has no proper length')
  }
  return length
}

/** Throws TorrentError if one of the names is no text, or there are too many. */
export function namesIn(list: readonly Bencoded[]): string[] {
  if (list.length > depthMax) throw new TorrentError('path', 'a file lies too deep')
  return list.map((name) => {
    if (!(name instanceof Uint8Array)) throw new TorrentError('path', 'a name is no text')
    return utf8(name)
  })
}

/** Where a link of BEP 47 leads; undefined without any. Throws TorrentError. */
export function linkTargetOf(entry: BencodedDictionary): readonly string[] | undefined {
  const target = entry.list('symlink path')
  return isList(target) ? namesIn(target) : undefined
}

/** 2^48 - 1, as libtorrent has it: all offsets are exact numbers. */
export const fileBytesMax = 2 ** 48 - 1

/** As deep as libtorrent goes. */
export const depthMax = 100
