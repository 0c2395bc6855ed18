import type { Name, SharePath } from '../content.ts'
import { joinPath, nameOf, namesOf, parentOf, sharePathOfRoot } from '../names.ts'
import type { ScanJob } from './job.ts'

/**
 * Where a scan of some paths begins, as names by directory. A path whose directory is not there, or not
 * known, stands for that directory: it is gone, or new, as a whole. None of the paths lies in another.
 */
export function startsOf(
  job: ScanJob,
  paths: readonly SharePath[],
): ReadonlyMap<SharePath, readonly Name[]> {
  const isThere = new Map<SharePath, boolean>()
  const starts = new Set<SharePath>()
  for (const path of paths) starts.add(startOf(job, path, isThere))
  const namesByDirectory = new Map<SharePath, Name[]>()
  for (const path of withoutInner(starts)) {
    const names = namesByDirectory.get(parentOf(path)) ?? []
    names.push(nameOf(path))
    namesByDirectory.set(parentOf(path), names)
  }
  return namesByDirectory
}

function startOf(job: ScanJob, path: SharePath, isThere: Map<SharePath, boolean>): SharePath {
  let above = sharePathOfRoot
  for (const name of namesOf(path).slice(0, -1)) {
    above = joinPath(above, name)
    let there = isThere.get(above)
    if (there === undefined) isThere.set(above, (there = isDirectory(job, above)))
    if (!there) return above
  }
  return path
}

/** On disk and in the index. */
function isDirectory({ index, place }: ScanJob, path: SharePath): boolean {
  if (index.get(path)?.entry.kind !== 'directory') return false
  return place.stat(path)?.isDirectory() ?? false
}

function withoutInner(paths: ReadonlySet<SharePath>): SharePath[] {
  return [...paths].filter((path) => {
    for (let above = path; above !== sharePathOfRoot;) {
      above = parentOf(above)
      if (paths.has(above)) return false
    }
    return true
  })
}
