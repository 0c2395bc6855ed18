import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, rmSync } from 'node:fs'
import type { SharePath } from '../../../content/content.ts'
import { openPlace } from '../../../content/folder/open-place.ts'
import type { Place, PlaceDirectory } from '../../../content/folder/place.ts'
import { nameOf, namesOf, parentOf, parseName, parseSharePath } from '../../../content/names.ts'
import { isCode } from '../../../content/writing/disk/disk-failure.ts'
import { place as placeFile } from '../../../content/writing/disk/link.ts'
import type { InstallParts } from './piece-job.ts'

/**
 * Moves a whole file from the stage to its name, synced before and after. Whatever stands there stays: the
 * file then goes beside it under a name made of its torrent. Returns the path it has got.
 */
export function installFile({ root, staged, path, tag, isExecutable }: InstallParts): SharePath {
  const wanted = parseSharePath(path)
  if (isExecutable) chmodSync(staged, executableMode)
  sync(staged)
  using place = openPlace(root)
  using directory = makeDirectories(place, parentOf(wanted))
  for (let number = 1; ; number++) {
    const name = number === 1 ? nameOf(wanted) : rivalName(nameOf(wanted), tag, number)
    const outcome = placeFile(staged, directory.at(name))
    if (outcome === 'nothing') throw new Error('the staged file is gone')
    if (outcome === 'taken') continue
    directory.sync()
    if (outcome === 'linked') rmSync(staged)
    const parent = parentOf(wanted)
    return parseSharePath(parent === '' ? name : `${parent}/${name}`)
  }
}

function makeDirectories(place: Place, path: SharePath): PlaceDirectory {
  let directory = place.openDirectory(parseSharePath(''))
  for (const name of namesOf(path)) {
    using above = directory
    if (makeDirectory(above.at(name))) above.sync()
    directory = above.openDirectory(name)
  }
  return directory
}

/** Whether it was not there before. */
function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function rivalName(name: string, tag: string, number: number): string {
  const dot = name.lastIndexOf('.')
  const at = dot > 0 && name.length - dot <= endingCharsMax ? dot : name.length
  const more = number === 2 ? '' : ` ${number - 1}`
  const mark = ` (conflict ${tag.slice(0, 8)}${more})`
  let stem = name.slice(0, at)
  while (Buffer.byteLength(stem + mark + name.slice(at)) > 255) {
    stem = Array.from(stem).slice(0, -1).join('')
  }
  return parseName(stem.trimEnd() + mark + name.slice(at))
}

function sync(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const executableMode = 0o755

const endingCharsMax = 20
