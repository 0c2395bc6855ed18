import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MissingError, throwIfInterrupted } from '../../base/errors.ts'
import type { LocalEntry } from './api.ts'

/** The file or folder and all below it, as LocalFiles.walk promises. `.fullmesh` is a node's own and stays out. */
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
