import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseName } from '../../content/names.ts'
import type { Opened } from '../contract/opened.ts'
import type { Context } from './context.ts'

/**
 * Where a copy goes. Without a wish, into the working folder under its name. A folder becomes the wish itself, so
 * that the same command twice means the same copy; a file goes into a folder that stands there.
 * Throws NameError if the share has a name that can't be one here.
 */
export async function destinationOf(
  { terminal }: Context,
  opened: Opened,
  wish: string,
): Promise<string> {
  const name = opened.entry.kind === 'share' ? opened.shareName : opened.entry.name
  if (wish === '') return join(terminal.workingFolder, parseName(name))
  const path = resolve(terminal.workingFolder, wish)
  if (opened.entry.kind !== 'file') return path
  const goesInside = /[/\\]$/.test(wish) || (await isFolder(path))
  return goesInside ? join(path, parseName(name)) : path
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isDirectory() ?? false
}
