import type { DriveItem, FileItem } from '../drive.ts'
import type { Lock } from '../locks/lock.ts'
import type { DeadProperty } from './dead-properties.ts'

/** Something with properties: a file or directory of a share, or what is above shares. */
export interface Subject {
  readonly href: string
  readonly displayName: string
  readonly kind: DriveItem['kind']
  readonly file: FileItem | undefined
  /** Of a directory in a share. */
  readonly usedBytes: number | undefined
  readonly availableBytes: number | undefined
  /** Whether it can be locked: what is above shares can't. */
  readonly isLockable: boolean
  readonly locks: readonly Lock[]
  /** Of its share; empty above shares. */
  readonly shareNames: readonly string[]
  readonly dead: readonly DeadProperty[]
}
