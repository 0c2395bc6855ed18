/**
 * Names from outside: one canonical parser for every network, disk and person.
 *
 * A name that passes is the same file on each platform, or is refused on all of them: what Linux could
 * keep but Windows or macOS would mangle would come back as another file. Nothing is ever repaired in
 * silence, so a name has one spelling, and two names of one directory never mean one file.
 *
 *     rule           what is refused
 *     empty          no characters
 *     encoding       half a surrogate pair, or U+FFFD, which stands where bytes could not be read
 *     normalisation  not in NFC
 *     separator      `/` or `\`
 *     dots           `.` and `..`
 *     invisible      control, bidi, zero-width and other characters that nobody sees
 *     character      `<` `>` `:` `"` `|` `?` `*`: drives, streams and wildcards of Windows
 *     device         CON, NUL, COM1 and their like, also before an extension
 *     ending         a dot or space at the end, which Windows drops
 *     own            `.fullmesh`, the node's own place, in any case
 *     long           more than 255 bytes a name, 4,096 a path, in UTF-8
 *     deep           more than 64 names in a path
 * Source: docs/protocols/content.md
 */
import { NodeError } from '../base/errors.ts'
import type { ContentId, Name, SharePath } from './content.ts'

/** What ext4, APFS and NTFS all keep. */
export const nameBytesMax = 255

/** Linux's PATH_MAX. */
export const pathBytesMax = 4096

/** Deeper than what people make, and shallow enough to walk by recursion. */
export const pathNamesMax = 64

/** The share itself. */
export const sharePathOfRoot = '' as SharePath

export type NameRule =
  | 'empty'
  | 'encoding'
  | 'normalisation'
  | 'separator'
  | 'dots'
  | 'invisible'
  | 'character'
  | 'device'
  | 'ending'
  | 'own'
  | 'long'
  | 'deep'

/** A name or path breaks a rule that keeps it the same file everywhere. */
export class NameError extends NodeError {
  override readonly name = 'NameError'
  readonly kind = 'usage'
  readonly rule: NameRule
  /** As it came: untrusted, unlike the message, in which nothing is invisible. */
  readonly text: string
  constructor(rule: NameRule, text: string) {
    super(`The name "${visible(text)}" can't be used: ${explanations[rule]}.`)
    this.rule = rule
    this.text = text
  }
}

/** One component of a path. Throws NameError. */
export function parseName(text: string): Name {
  const rule = brokenRule(text)
  if (rule) throw new NameError(rule, text)
  return text as Name
}

/** Names joined by `/`, with none at either end; the empty text is the share itself. Throws NameError. */
export function parseSharePath(text: string): SharePath {
  if (text === '') return sharePathOfRoot
  if (text.length > pathBytesMax) throw new NameError('long', text)
  const names = text.split('/')
  for (const name of names) parseName(name)
  return checkedPath(text, names.length)
}

/**
 * The name of what stands on our own disk as `text`. Disks may keep names in NFD, as older Macs do: such a
 * name is shown in NFC, and found again under either (folder/place.ts). Throws NameError.
 */
export function diskName(text: string): Name {
  const name = text.normalize('NFC')
  if (name !== text && name.normalize('NFD') !== text) throw new NameError('normalisation', text)
  return parseName(name)
}

/** Throws NameError when the path gets too long or too deep. */
export function joinPath(parent: SharePath, name: Name): SharePath {
  if (parent === sharePathOfRoot) return name as string as SharePath
  return checkedPath(`${parent}/${name}`, namesOf(parent).length + 1)
}

/** The directory in which `path` stands. Throws NameError for the share itself. */
export function parentOf(path: SharePath): SharePath {
  if (path === sharePathOfRoot) throw new NameError('empty', path)
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) as SharePath
}

/** The last name. Throws NameError for the share itself, which has none. */
export function nameOf(path: SharePath): Name {
  if (path === sharePathOfRoot) throw new NameError('empty', path)
  return path.slice(path.lastIndexOf('/') + 1) as Name
}

export function namesOf(path: SharePath): readonly Name[] {
  return path === sharePathOfRoot ? [] : (path.split('/') as Name[])
}

/** Whether `path` is `directory` or stands below it. */
export function isWithin(path: SharePath, directory: SharePath): boolean {
  if (directory === sharePathOfRoot || path === directory) return true
  return path.startsWith(directory) && path.charAt(directory.length) === '/'
}

/** The order of names in a directory: by the bytes of their UTF-8. */
export function compareNames(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const difference = unitRank(a.charCodeAt(at)) - unitRank(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/**
 * Names with one key are one file on some platform: case, normalisation, compatibility forms and ignorable
 * characters make no difference to it. No directory has two of them.
 */
export function collisionKey(name: Name): string {
  const folded = name.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').normalize('NFKD')
  return folded.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * What `content` is called where something else stands under `name`: `report (conflict 3f2a91c0).txt`.
 * Made of the content, so that it is the same on every computer and a second time no second file.
 */
export function conflictName(name: Name, content: ContentId): Name {
  const dot = name.lastIndexOf('.')
  const keepsEnding = dot > 0 && Buffer.byteLength(name.slice(dot)) <= endingBytesMax
  const ending = keepsEnding ? name.slice(dot) : ''
  const tail = ` (conflict ${content.root.slice(0, 8)})${ending}`
  const stem = name.slice(0, name.length - ending.length)
  return parseName(cutToBytes(stem, nameBytesMax - Buffer.byteLength(tail)) + tail)
}

function brokenRule(text: string): NameRule | undefined {
  if (text === '') return 'empty'
  if (text.length > nameBytesMax) return 'long'
  if (!text.isWellFormed() || text.includes('\u{fffd}')) return 'encoding'
  if (Buffer.byteLength(text) > nameBytesMax) return 'long'
  if (/[/\\]/.test(text)) return 'separator'
  if (text === '.' || text === '..') return 'dots'
  if (invisible.test(text)) return 'invisible'
  if (/[<>:"|?*]/.test(text)) return 'character'
  if (/[. ]$/.test(text)) return 'ending'
  if (text.normalize('NFC') !== text) return 'normalisation'
  const key = collisionKey(text as Name)
  if (device.test(key)) return 'device'
  if (own.test(key)) return 'own'
  return undefined
}

function checkedPath(text: string, names: number): SharePath {
  if (names > pathNamesMax) throw new NameError('deep', text)
  if (Buffer.byteLength(text) > pathBytesMax) throw new NameError('long', text)
  return text as SharePath
}

/** Surrogates stand for code points above all others, but come before U+E000 as code units. */
function unitRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

function cutToBytes(text: string, bytesMax: number): string {
  let cut = ''
  let bytes = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > bytesMax) break
    cut += character
  }
  return cut
}

/** `text` as a person can read it: what can't be seen is written as its code point, and long texts are cut. */
function visible(text: string): string {
  const shown = text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
  return shown.replaceAll(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\\"]/gu, (character) =>
    character === ' ' ? ' ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

const shownMax = 80

/** Longer than any ending that tells a kind of file. */
const endingBytesMax = 20

/**
 * Control and format characters (bidi, zero-width), line breaks, and letters that leave no mark. Variation
 * selectors, which are part of many emoji, may stay: a collision key leaves them out.
 */
const invisible =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]/u

/** As Windows reads them: what counts is before the first dot, less spaces. Superscript digits are folded by the key. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$) *(?:\.|$)/

/** Also under the short name that Windows may give it. */
const own = /^(?:\.fullmesh|fullme~\d+)$/

const explanations: Readonly<Record<NameRule, string>> = {
  empty: 'it is empty',
  encoding: 'it is not proper Unicode',
  normalisation: 'it is not in the composed form (NFC) that all computers understand',
  separator: 'it contains / or \\, which separate folders',
  dots: 'it means a folder, not something in it',
  invisible: 'it contains characters that nobody can see',
  character: 'it contains one of < > : " | ? *, which Windows does not allow',
  device: 'Windows keeps it for a device',
  ending: 'it ends in a dot or space, which Windows drops',
  own: "it is kept for the node's own files",
  long: 'it is too long',
  deep: 'it lies too many folders deep',
}
