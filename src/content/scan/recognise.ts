import type { LeftOut, Name, SharePath } from '../content.ts'
import { collisionKey, compareNames, diskName, joinPath, NameError } from '../names.ts'
import { diskPathOf } from './listing.ts'
import type { Listed } from './listing.ts'

/** Something of the disk that can be in the tree. */
export interface Seen extends Listed {
  readonly name: Name
}

export interface Recognised {
  /** In the order of names; no two of them collide. */
  readonly seen: readonly Seen[]
  readonly left: readonly LeftOut[]
}

/**
 * Gives what a directory has its canonical names. Names that break a rule are left out, and of those
 * that are one file on some platform all but the first.
 */
export function recognise(listed: readonly Listed[], directory: SharePath): Recognised {
  const named: Seen[] = []
  const left: LeftOut[] = []
  for (const one of listed) {
    try {
      const name = diskName(one.disk)
      joinPath(directory, name)
      named.push({ ...one, name })
    } catch (error) {
      if (!(error instanceof NameError)) throw error
      left.push({
        diskPath: diskPathOf(directory, one.disk),
        reason: 'name',
        detail: error.message,
      })
    }
  }
  named.sort((a, b) => compareNames(a.name, b.name) || spelling(a) - spelling(b))
  const firstByKey = new Map<string, Seen>()
  const seen = named.filter((one) => {
    const key = collisionKey(one.name)
    const first = firstByKey.get(key)
    if (!first) {
      firstByKey.set(key, one)
      return true
    }
    const detail = `On some computers it would be the same file as "${first.name}". Rename one of the two.`
    left.push({ diskPath: diskPathOf(directory, one.disk), reason: 'collision', detail })
    return false
  })
  return { seen, left }
}

/** Where a disk has a name in both spellings, the composed one is found first. */
function spelling({ disk, name }: Seen): number {
  return disk === name ? 0 : 1
}
