/** What the platform tells of a folder: where something happened, never what. It may forget to tell. */
export interface Notices extends Disposable {
  /**
   * Sees to it that all directories at and below these paths are watched, and none that is not there.
   * To be called for what came, went or changed its name, before it is scanned: what happens in a
   * directory before it is watched is found by that scan, what happens later is told.
   */
  follow(diskPaths: Iterable<string>): Promise<void>
}

/** Paths are relative to the folder, as the disk has them; the empty one is the folder itself. */
export interface NoticesListener {
  /** Something happened at this path: perhaps it was written. */
  onTouched(diskPath: string): void
  /** Something came, went or changed its name at this path. */
  onRenamed(diskPath: string): void
  /** The system lets us watch no more than so many directories; nothing is told of the others. */
  onLimit(watched: number): void
}
