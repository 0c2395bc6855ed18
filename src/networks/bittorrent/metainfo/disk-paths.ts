import type { Name, SharePath } from '../../../content/content.ts'
/**
 * Where the files of a torrent go. Its names come from anybody, so they pass the one parser that all names
 * pass; but since a torrent can't be told to mend them, what does not pass is changed to what does, and two
 * files that would be one somewhere get different names.
 */
import {
  NameError,
  collisionKey,
  joinPath,
  parseName,
  sharePathOfRoot,
} from '../../../content/names.ts'
import type { TorrentFile, TorrentInfo } from './metainfo.ts'
import { TorrentError } from './torrent-error.ts'

/** The name under which a torrent lies in its destination: of its folder, or of its only file. */
export function diskName(info: Pick<TorrentInfo, 'name' | 'hashV1' | 'hashV2'>): Name {
  const name = cleanName(info.name)
  if (name !== emptyName || info.name === emptyName) return name
  return parseName(
    Buffer.from(info.hashV1 ?? info.hashV2 ?? [])
      .toString('hex')
      .slice(0, 40),
  )
}

/**
 * The path of each file below the destination, by its index; undefined for pads and links, which are not
 * made. Throws TorrentError when too many files have the same name.
 */
export function diskPaths(info: TorrentInfo): readonly (SharePath | undefined)[] {
  const top = joinPath(sharePathOfRoot, diskName(info))
  const taken = new Taken()
  return info.files.map((file) => {
    if (file.kind !== 'file') return undefined
    if (!info.isFolder) return top
    return taken.place(top, file.path.map(cleanName))
  })
}

/** Throws TorrentError where `diskPaths` would. */
export function checkDiskPaths(info: TorrentInfo): void {
  diskPaths(info)
}

/** Whether two paths of a torrent lead to the same file. */
export function equalNames(a: TorrentFile['path'], b: TorrentFile['path']): boolean {
  return a.length === b.length && a.every((name, at) => cleanName(name) === cleanName(b[at] ?? ''))
}

/** `text` with as little changed as possible to make it a name. */
export function cleanName(text: string): Name {
  try {
    return parseName(text)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
  }
  const kept = text.toWellFormed().normalize('NFC').replaceAll(unseen, '').replaceAll(unfit, '_')
  const mended = shorten(kept).replace(/[. ]+$/, '')
  try {
    return parseName(mended === '' ? emptyName : mended)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    return parseName(cleanAscii(mended))
  }
}

/** Paths given out, by what they would be on any platform. */
class Taken {
  readonly #kinds = new Map<string, 'file' | 'directory'>()
  #repeated = 0

  place(top: SharePath, names: readonly Name[]): SharePath {
    let path = top
    for (const name of names.slice(0, -1)) path = this.#take(path, name, 'directory')
    return this.#take(path, names.at(-1) ?? parseName(emptyName), 'file')
  }

  /** A directory may be taken again; anything else gets a number. */
  #take(parent: SharePath, name: Name, kind: 'file' | 'directory'): SharePath {
    for (let number = 1; ; number++) {
      const tried = number === 1 ? name : numbered(name, number)
      const key = `${parent}/${collisionKey(tried)}`
      const there = this.#kinds.get(key)
      if (there === undefined || (there === 'directory' && kind === 'directory')) {
        this.#kinds.set(key, kind)
        return joinPath(parent, tried)
      }
      if (++this.#repeated > repeatedMax)
        throw new TorrentError('many', 'too many files have one name')
    }
  }
}

function numbered(name: Name, number: number): Name {
  const dot = name.lastIndexOf('.')
  const at = dot > 0 ? dot : name.length
  return cleanName(`${shorten(name.slice(0, at))}.${number}${name.slice(at)}`)
}

/** Leaves room for a number, and for an ending of up to 20 bytes. */
function shorten(text: string): string {
  if (Buffer.byteLength(text) <= stemBytesMax) return text
  const dot = text.lastIndexOf('.')
  const ending = dot > 0 && text.length - dot <= 10 ? text.slice(dot) : ''
  let stem = ''
  for (const character of text.slice(0, text.length - ending.length)) {
    if (Buffer.byteLength(stem + character + ending) > stemBytesMax) break
    stem += character
  }
  return stem + ending
}

function cleanAscii(text: string): string {
  const ascii = text.replaceAll(/[^\w .()-]/g, '_').replace(/[. ]+$/, '')
  return `_${ascii.replace(/^\.fullmesh/i, 'fullmesh')}`
}

/** Left out, so that what is left of a name is still the name: separators, and what nobody sees. */
const unseen =
  /[/\\\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]/gu

const unfit = /[<>:"|?*\ufffd\p{Cc}]/gu

const emptyName = '_'

const stemBytesMax = 220

/** As many as libtorrent mends. */
const repeatedMax = 500
