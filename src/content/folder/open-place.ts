import { existsSync } from 'node:fs'
import type { Place } from './place.ts'
import { openLinuxPlace } from './walk-linux.ts'
import { openPortablePlace } from './walk-portable.ts'

/**
 * Opens the folder at `root`, an absolute path, in the safest way that this platform has.
 * Throws FolderGoneError if it is no directory, UnreadableError if it may not be read.
 */
export function openPlace(root: string): Place {
  return canWalkByDescriptor ? openLinuxPlace(root) : openPortablePlace(root)
}

/** Linux without /proc, as in some containers, has no names for descriptors. */
const canWalkByDescriptor = process.platform === 'linux' && existsSync('/proc/self/fd')
