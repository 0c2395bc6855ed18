import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MissingError, throwIfInterrupted } from '../../base/errors.ts'
import type { FileAttributes } from '../../content/content.ts'

/** A file or folder of this computer that its user wants in a share. */
export interface LocalEntry {
  readonly kind: 'file' | 'directory'
  /** Relative to what was asked for, with `/`; empty for that itself. Unchecked names. */
  readonly path: string
  readonly absolutePath: string
  readonly bytes: number
  readonly attributes: FileAttributes
}

/**
 * The file or folder at `path` and all below it, parents first. Links, special files and `.fullmesh`, a node's own
 * place, are left out. Rejects with MissingError if there is nothing.
 */
export async function* walkLocalFiles(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<LocalEntry> {
  const top = await entryOf(path, '')
  if (!top) throw new MissingError(`There is neither a file nor a folder at ${path}.`)
  yield* below(top)

  async function* below(entry: LocalEntry): AsyncGenerator<LocalEntry> {
    throwIfInterrupted(signal)
    yield entry
    if (entry.kind !== 'directory') return
    const names = await readdir(entry.absolutePath)
    for (const name of names.toSorted()) {
      if (basename(name) === nodesOwn) continue
      const relative = entry.path === '' ? name : `${entry.path}/${name}`
      const inside = await entryOf(join(entry.absolutePath, name), relative)
      if (inside) yield* below(inside)
    }
  }
}

/** Undefined for links, special files and what is gone. */
async function entryOf(absolutePath: string, path: string): Promise<LocalEntry | undefined> {
  const stats = await lstat(absolutePath).catch(() => undefined)
  if (!stats || (!stats.isFile() && !stats.isDirectory())) return undefined
  return {
    kind: stats.isFile() ? 'file' : 'directory',
    path,
    absolutePath,
    bytes: stats.isFile() ? stats.size : 0,
    attributes: { mtimeMs: Math.round(stats.mtimeMs), executable: (stats.mode & 0o100) !== 0 },
  }
}

const nodesOwn = '.fullmesh'
