import { fchmodSync, fchownSync, fstatSync, futimesSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { FileAttributes } from '../../content.ts'
import { attributesOf } from '../../folder/place.ts'
import { isCode } from '../disk/disk-failure.ts'

/**
 * Gives an open file its times and mode. What replaces a file (`old`) is for the same people as that was, and
 * belongs to the same user where the system lets us say so; a new one is as `umask` has it.
 */
export function setAttributes(
  fd: number,
  attributes: FileAttributes,
  old: BigIntStats | undefined,
  umask: number,
): void {
  const now = fstatSync(fd, { bigint: true })
  if (old && (old.uid !== now.uid || old.gid !== now.gid)) giveTo(fd, old)
  const mode = modeOf(attributes.executable, old, umask)
  if (mode !== permissions(now)) fchmodSync(fd, mode)
  if (attributesOf(now).mtimeMs !== attributes.mtimeMs) {
    futimesSync(fd, attributes.mtimeMs / 1000, attributes.mtimeMs / 1000)
  }
}

export function hasAttributes(stats: BigIntStats, attributes: FileAttributes): boolean {
  const { executable, mtimeMs } = attributesOf(stats)
  return mtimeMs === attributes.mtimeMs && executable === attributes.executable
}

/** Readable is executable, for whomever the file is for. */
function modeOf(executable: boolean, old: BigIntStats | undefined, umask: number): number {
  const mode = old?.isFile() ? permissions(old) : 0o666 & ~umask
  if (!executable) return mode & ~0o111
  return isExecutable(mode) ? mode : mode | ((mode & 0o444) >> 2)
}

function isExecutable(mode: number): boolean {
  return (mode & 0o100) !== 0
}

function permissions(stats: BigIntStats): number {
  return Number(stats.mode & 0o777n)
}

/** Only root may give files away; for others the group may be one of theirs. */
function giveTo(fd: number, old: BigIntStats): void {
  try {
    fchownSync(fd, Number(old.uid), Number(old.gid))
  } catch (error) {
    if (!isCode(error, 'EPERM', 'EINVAL')) throw error
  }
}
