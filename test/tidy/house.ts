/**
 * What the house rules look at: every text file of the repository, with its comments and strings
 * set apart, so that a rule about code is not tripped by prose. No parser: the rules have to run in
 * less time than it takes to read their output.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** One file, its path relative to the repository and written with `/`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** The text with comments blanked; the same length, the same lines. */
  readonly uncommented: string
  /** The text with comments and the insides of strings blanked; the same length, the same lines. */
  readonly code: string
}

/** Where a rule is broken, and what to do about it. */
export interface Fault {
  readonly path: string
  readonly line: number
  readonly advice: string
}

/** Looks at the whole house and names each place where it is broken. */
export type Rule = (house: readonly SourceFile[]) => Fault[]

const skippedFolders = new Set(['.git', 'node_modules', 'dist', 'coverage', 'vectors'])
const binaryOrIgnored = /\.(png|jpe?g|gif|webp|ico|woff2?|wasm|bin|db|torrent|pcap|gz|tgz|zip|log)$/

/** Reads the files below `root`, but for those that git ignores, test vectors and binary ones. */
export function readHouse(root: string): SourceFile[] {
  return [...pathsBelow(root, '')].map((path) =>
    sourceFile(path, readFileSync(posix.join(root, path), 'utf8')),
  )
}

/** Makes a file of a path and its text, as if it had been read from disk. */
export function sourceFile(path: string, text: string): SourceFile {
  if (!isTypeScript(path)) return { path, text, uncommented: text, code: text }
  return {
    path,
    text,
    uncommented: text.replace(token, (found) => (isComment(found) ? blank(found) : found)),
    code: text.replace(token, (found) => (isComment(found) ? blank(found) : hollow(found))),
  }
}

export function isTypeScript(path: string): boolean {
  return path.endsWith('.ts')
}

/** Each match of `pattern` (flag g) as a fault; `advice` gets what was found. */
export function faultsAt(
  file: SourceFile,
  text: string,
  pattern: RegExp,
  advice: (found: string) => string,
): Fault[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    path: file.path,
    line: lineAt(text, match.index),
    advice: advice(match[0].trim()),
  }))
}

/** The number, from 1, of the line that holds the character at `index`. */
export function lineAt(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++
  return line
}

// Regular expressions count only where an operand may stand; a quote inside one opens no string.
const token = new RegExp(
  [
    /\/\*[^]*?\*\//,
    /\/\/[^\n]*/,
    /'(?:\\.|[^'\\\n])*'/,
    /"(?:\\.|[^"\\\n])*"/,
    /`(?:\\[^]|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*`/,
    /(?<=[=(,:[!&|?{;\n]\s*|return\s)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
)

function isComment(found: string): boolean {
  return found.startsWith('//') || found.startsWith('/*')
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}

/** Keeps the quotes and the line breaks. */
function hollow(text: string): string {
  return text.slice(0, 1) + blank(text.slice(1, -1)) + text.slice(-1)
}

function* pathsBelow(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(posix.join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) yield* pathsBelow(root, path)
    } else if (entry.isFile() && !binaryOrIgnored.test(entry.name)) yield path
  }
}
