import { NodeError } from '../base/errors.ts'

/** The bytes on disk are not (any more) those that were asked for. The asker looks at the newest tree. */
export class ChangedError extends NodeError {
  override readonly name = 'ChangedError'
  readonly kind = 'changed'
}

/** Bytes from elsewhere do not lead to the hash that was asked for. */
export class CorruptError extends NodeError {
  override readonly name = 'CorruptError'
  readonly kind = 'corrupt'
}

/** Something stands where nothing, or something else, was expected. */
export class ConflictError extends NodeError {
  override readonly name = 'ConflictError'
  readonly kind = 'conflict'
}

/** The disk has no room. Nothing was lost: what is staged stays. */
export class DiskFullError extends NodeError {
  override readonly name = 'DiskFullError'
  readonly kind = 'full'
  readonly neededBytes: number
  readonly freeBytes: number
  constructor(neededBytes: number, freeBytes: number, cause?: unknown) {
    super(
      `The disk is full: ${neededBytes} bytes needed, ${freeBytes} free. Nothing was lost; free space and resume.`,
      { cause },
    )
    this.neededBytes = neededBytes
    this.freeBytes = freeBytes
  }
}

/** The index can't be believed any more. It is made anew from the disk when the folder is opened the next time. */
export class IndexDamageError extends NodeError {
  override readonly name = 'IndexDamageError'
  readonly kind = 'bug'
  readonly detail: string
  constructor(detail: string, cause?: unknown) {
    super(
      `The index of a folder is damaged: ${detail}. No file of yours is touched by it. ` +
        'Start the node again with "fullmesh down" and "fullmesh up": then it is made anew.',
      { cause },
    )
    this.detail = detail
  }
}

/** The folder, or the marker that proves it is the right one, is not there: perhaps its disk is not mounted. */
export class FolderGoneError extends NodeError {
  override readonly name = 'FolderGoneError'
  readonly kind = 'missing'
}

/** So many files have vanished at once that it looks like an accident; nothing is passed on until someone agrees. */
export class MassDisappearanceError extends NodeError {
  override readonly name = 'MassDisappearanceError'
  readonly kind = 'conflict'
  readonly goneFiles: number
  readonly knownFiles: number
  constructor(goneFiles: number, knownFiles: number) {
    super(
      `${goneFiles} of ${knownFiles} files have vanished from this folder at once, so it is paused. ` +
        'Bring them back, or accept the loss with "fullmesh share set NAME --accept-losses".',
    )
    this.goneFiles = goneFiles
    this.knownFiles = knownFiles
  }
}
