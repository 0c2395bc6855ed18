import { linkSync, lstatSync, renameSync } from 'node:fs'
import { isCode } from './disk-failure.ts'

/**
 * Gives the file `from` the name `to` as well. `taken` if something stands there, `nothing` if `from` does
 * not, `unable` where a file can have one name only: FAT, exFAT, some network disks, or a file of another
 * user (fs.protected_hardlinks).
 */
export function link(from: string, to: string): 'done' | 'taken' | 'nothing' | 'unable' {
  try {
    linkSync(from, to)
    return 'done'
  } catch (error) {
    if (isCode(error, 'EEXIST')) return 'taken'
    if (isCode(error, 'ENOENT')) return 'nothing'
    if (isCode(error, ...noSecondName)) return 'unable'
    throw error
  }
}

/**
 * Moves what stands at `from` to `to` unless something stands there. Node has no rename that refuses to
 * clobber, so it looks first: a file that someone puts there in between would be replaced. An empty
 * directory would be, too, but not one with something in it. For directories, and where `link` is unable.
 */
export function renameToFree(from: string, to: string): 'done' | 'taken' | 'nothing' {
  if (lstatSync(to, { throwIfNoEntry: false })) return 'taken'
  try {
    renameSync(from, to)
    return 'done'
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'nothing'
    if (isCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR')) return 'taken'
    throw error
  }
}

/** A file from our own place to a shared name: by link where that can be. With `linked` it has both names. */
export function place(from: string, to: string): 'linked' | 'moved' | 'taken' | 'nothing' {
  const linked = link(from, to)
  if (linked === 'done') return 'linked'
  if (linked !== 'unable') return linked
  const renamed = renameToFree(from, to)
  return renamed === 'done' ? 'moved' : renamed
}

const noSecondName = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']
