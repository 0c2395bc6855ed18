import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { MissingError } from '../../base/errors.ts'

export interface LocalFolders {
  readonly path: string
  readonly parent?: string
  readonly home: string
  readonly folders: { readonly name: string; readonly path: string }[]
}

/** The folders in a folder of this computer, for its user to choose one; hidden ones left out. Rejects with MissingError. */
export async function foldersAt(wished: string | undefined): Promise<LocalFolders> {
  const home = homedir()
  const path = resolve(wished ?? home)
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MissingError(`There is no folder at ${path} that this user may open.`, { cause })
  })
  const parent = dirname(path)
  const names = entries
    .filter((entry) => entry.isDirectory() && !basename(entry.name).startsWith('.'))
    .map(({ name }) => name)
    .toSorted((a, b) => a.localeCompare(b))
  return {
    path,
    ...(parent === path ? {} : { parent }),
    home,
    folders: names.slice(0, shownMax).map((name) => ({ name, path: join(path, name) })),
  }
}

/** More than anybody looks through. */
const shownMax = 2000
