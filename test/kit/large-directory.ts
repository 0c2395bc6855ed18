import type { Name } from '../../src/content/content.ts'
import { buildDirectory } from '../../src/content/tree/build.ts'
import type { BuiltDirectory } from '../../src/content/tree/build.ts'
import { fileEntry } from './directory-entries.ts'

export const largeSize = 200_000

let built: BuiltDirectory | undefined

/** A directory of 200,000 files with one content, built once for all tests. */
export function largeDirectory(): BuiltDirectory {
  const entry = fileEntry('a', 'one content for all')
  built ??= buildDirectory(
    Array.from({ length: largeSize }, (_, at) => ({ ...entry, name: largeName(at) })),
  )
  return built
}

/** The name of file `at` of the large directory; a fraction makes one that it does not have. */
export function largeName(at: number): Name {
  return `photo ${1_000_000 + at}.jpg` as Name
}
