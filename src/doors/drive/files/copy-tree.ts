import type { SharePath } from '../../../content/content.ts'
import { joinPath, nameOf } from '../../../content/names.ts'
import type { DirectoryItem, DriveDesk, DriveItem, DriveShare, FileItem } from '../drive.ts'

export interface TreeCopy {
  readonly from: DriveShare
  readonly item: DriveItem
  readonly to: {
    readonly share: DriveShare
    readonly path: SharePath
    /** A file that stands there now, whose place a file takes. */
    readonly item: DriveItem | undefined
  }
  readonly isDeep: boolean
}

/**
 * Copies a file, or a directory with all that is in it, and the properties with them. Ends at the first thing
 * that fails: what was copied before it stays.
 */
export async function copyTree(
  desk: DriveDesk,
  { from, item, to, isDeep }: TreeCopy,
  signal: AbortSignal,
): Promise<void> {
  if (item.kind === 'directory') return copyDirectory(item, to.path)
  await copyFile(item, to.path, to.item?.kind === 'file' ? to.item : undefined)

  async function copyDirectory(directory: DirectoryItem, path: SharePath): Promise<void> {
    await to.share.makeDirectory(path, signal)
    await copyProperties(directory, path)
    if (!isDeep) return
    // Listed whole before anything is copied: the source may be changed by it.
    const inside: DriveItem[] = []
    for await (const found of from.items(directory.path, signal)) inside.push(found)
    const waiting = inside.values()
    const worker = async () => {
      for (const found of waiting) {
        const target = joinPath(path, nameOf(found.path))
        if (found.kind === 'file') await copyFile(found, target, undefined)
        else await copyDirectory(found, target)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }

  async function copyFile(
    file: FileItem,
    path: SharePath,
    before: FileItem | undefined,
  ): Promise<void> {
    const { bytes, mtimeMs, executable } = file
    const content = from.read(file, 0, bytes, signal)
    await using staged = await desk.stages.take(content, bytes, signal)
    const attributes = { mtimeMs, executable }
    await to.share.put({ path, localFile: staged.path, attributes, before }, signal)
    await copyProperties(file, path)
  }

  async function copyProperties(source: DriveItem, path: SharePath): Promise<void> {
    const target = { share: to.share.id, path }
    await desk.properties.copy({ share: from.id, path: source.path }, target)
  }
}

/** Small files wait for the disk, not for the processor: several share a wait. */
const atOnce = 4
