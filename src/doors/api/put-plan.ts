import { MissingError } from '../../base/errors.ts'
import type { Name, SharePath } from '../../content/content.ts'
import { joinPath, parseName } from '../../content/names.ts'
import type { RemoteReader } from '../../transfer/transfer.ts'
import { walkLocalFiles } from './local-files.ts'
import type { LocalEntry } from './local-files.ts'

/** What a put brings where. */
export interface PutPlan {
  readonly target: SharePath
  /** Whether one file was asked for, and no folder. */
  readonly isSingle: boolean
  readonly files: readonly LocalEntry[]
  /** Directories in which there is no file: the others come with their files. */
  readonly emptyDirectories: readonly LocalEntry[]
  /** Nothing stands at the target yet, so nothing can stand below it. */
  readonly isNew: boolean
}

export interface PutWish {
  /** A local path. */
  readonly from: string
  readonly to: SharePath
  /** What is brought goes into `to` and keeps its name. */
  readonly inside: boolean
}

/**
 * Looks at what is to be put. A folder's content goes to `to` itself unless `inside`, so that doing it
 * twice does the same; a file goes into a directory that stands there. Rejects with MissingError.
 */
export async function planPut(
  { from, to, inside }: PutWish,
  reader: RemoteReader,
  signal: AbortSignal,
): Promise<PutPlan> {
  const entries: LocalEntry[] = []
  for await (const entry of walkLocalFiles(from, signal)) entries.push(entry)
  const [top] = entries
  if (!top) throw new MissingError(`There is neither a file nor a folder at ${from}.`)
  const isSingle = top.kind === 'file'
  const there = to === '' ? undefined : await reader.entry(to, signal)
  const goesInside = inside || (isSingle && there?.kind === 'directory')
  const target = goesInside ? joinPath(to, lastName(from)) : to
  const standing = goesInside ? await reader.entry(target, signal) : there
  const files = entries.filter(({ kind }) => kind === 'file')
  const filled = new Set(files.flatMap(({ path }) => parentsOf(path)))
  const directories = entries.filter(({ kind }) => kind === 'directory')
  return {
    target,
    isSingle,
    files,
    emptyDirectories: directories.filter(({ path }) => !filled.has(path)),
    isNew: target !== '' && standing === undefined,
  }
}

/** Where an entry of the plan goes. Throws NameError. */
export function targetOf({ target }: PutPlan, { path }: LocalEntry): SharePath {
  const names = path === '' ? [] : path.split('/')
  return names.reduce<SharePath>((parent, name) => joinPath(parent, composedName(name)), target)
}

/** The name of the local file or folder, with which it goes into a directory. Throws NameError. */
function lastName(path: string): Name {
  return composedName(path.split(/[\\/]/).findLast((name) => name !== '') ?? '')
}

/** Disks of older Macs keep names decomposed. */
function composedName(name: string): Name {
  return parseName(name.normalize('NFC'))
}

function parentsOf(path: string): string[] {
  const names = path.split('/').slice(0, -1)
  return ['', ...names.map((_, at) => names.slice(0, at + 1).join('/'))]
}
