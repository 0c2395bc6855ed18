import { sha256 } from '../../src/base/bytes.ts'
import type { Name } from '../../src/content/content.ts'
import { parseName } from '../../src/content/names.ts'

/**
 * Names by how strongly they cut a directory: at 0 those that never begin a page by themselves, at 1 those
 * that begin a leaf, at 2 a leaf and the fork above it. With them a small directory has many pages.
 */
export const cuttingNames: readonly (readonly Name[])[] = findNames([2_600, 60, 6])

function findNames(wanted: readonly number[]): Name[][] {
  const found: Name[][] = wanted.map(() => [])
  for (let at = 0; found.some((names, rank) => names.length < (wanted[rank] ?? 0)); at++) {
    const name = parseName(`n${at}`)
    const bytes = sha256(Buffer.from(name))
    const rank = bytes.findIndex((byte) => byte >= 2)
    const names = found[rank]
    if (names && names.length < (wanted[rank] ?? 0)) names.push(name)
  }
  return found
}
