import type { Asker } from './asker.ts'
import { inside, nameOf, parentOf } from './place.ts'
import { text } from './text/text.ts'
import { toasts } from './toasts.svelte.ts'

/** A file of the browser's user, and its path below what was dropped or chosen. */
export interface Dropped {
  readonly file: File
  readonly path: string
}

/** Files on their way from the browser into a share. */
class Uploads {
  bytesDone = $state(0)
  bytesTotal = $state(0)
  readonly isBusy = $derived(this.bytesTotal > 0)

  /** Puts all of them below a place; resolves when that is over, with a message for each that was refused. */
  async put(asker: Asker, place: string, dropped: readonly Dropped[]): Promise<void> {
    if (dropped.length === 0) return
    this.bytesTotal += dropped.reduce((sum, { file }) => sum + file.size, 0) + 1
    let count = 0
    const waiting = dropped.values()
    const worker = async () => {
      for (const { file, path } of waiting)
        if (await this.#putOne(asker, place, file, path)) count++
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    this.bytesTotal = 0
    this.bytesDone = 0
    if (count > 0) toasts.tell(text.browse.uploaded(count))
  }

  async #putOne(asker: Asker, place: string, file: File, path: string): Promise<boolean> {
    const before = { bytes: 0 }
    const parent = parentOf(path)
    const directory = parent === '' ? place : inside(place, parent)
    try {
      const change = await asker.upload(file, directory, nameOf(path), (bytes) => {
        this.bytesDone += bytes - before.bytes
        before.bytes = bytes
      })
      if (change.outcome === 'conflict') toasts.tell(text.browse.conflict(nameOf(change.place)))
      return true
    } catch (error) {
      toasts.fail(error)
      return false
    }
  }
}

export const uploads = new Uploads()

/** What was chosen in a file field; folders say where each file was. */
export function chosenFiles(files: FileList | null): Dropped[] {
  return [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }))
}

/** All files that were dropped, those in folders too. To be called while the drop is being handled. */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped[]> {
  // Both are gone once the drop is over, so nothing is awaited before.
  const items = [...transfer.items].map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }))
  const found = await Promise.all(
    items.map(async ({ entry, file }) => {
      if (entry) return filesBelow(entry)
      return file ? [{ file, path: file.name }] : []
    }),
  )
  return found.flat()
}

async function filesBelow(entry: FileSystemEntry): Promise<Dropped[]> {
  const path = entry.fullPath.replace(/^\//, '')
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ file, path }]
  }
  if (!isDirectory(entry)) return []
  const reader = entry.createReader()
  const inner: FileSystemEntry[] = []
  for (;;) {
    // A reader gives a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) break
    inner.push(...some)
  }
  const found = await Promise.all(inner.map((one) => filesBelow(one)))
  return found.flat()
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

const atOnce = 4
