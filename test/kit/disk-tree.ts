import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry, TreeSummary } from '../../src/content/content.ts'
import { collisionKey, compareNames, parseName } from '../../src/content/names.ts'
import { buildDirectory } from '../../src/content/tree/build.ts'
import { contentOfBytes } from './content-of-bytes.ts'

/** The tree of what is on the disk, made from nothing. All names there are good ones. */
export function treeOnDisk(path: string): TreeSummary {
  const keys = new Set<string>()
  const entries: Entry[] = []
  for (const text of readdirSync(path).toSorted(compareNames)) {
    if (text === '.fullmesh') continue
    const stats = lstatSync(join(path, text))
    const name = parseName(text)
    if (!stats.isFile() && !stats.isDirectory()) continue
    if (keys.has(collisionKey(name))) continue
    keys.add(collisionKey(name))
    if (stats.isDirectory()) {
      entries.push({ kind: 'directory', name, summary: treeOnDisk(join(path, text)) })
      continue
    }
    entries.push({
      kind: 'file',
      name,
      content: contentOfBytes(readFileSync(join(path, text))),
      mtimeMs: Math.round(stats.mtimeMs),
      executable: (stats.mode & 0o100) !== 0,
    })
  }
  return buildDirectory(entries).summary
}
