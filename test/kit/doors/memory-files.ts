import { readFile } from 'node:fs/promises'
import { sha256 } from '../../../src/base/bytes.ts'
import { MissingError } from '../../../src/base/errors.ts'
import { equalContent, parsePageHash, parseRoot } from '../../../src/content/content-id.ts'
import type {
  Base,
  BinItem,
  ContentId,
  Entry,
  Name,
  SharePath,
} from '../../../src/content/content.ts'
import { ConflictError } from '../../../src/content/errors.ts'
import {
  compareNames,
  conflictName,
  isWithin,
  joinPath,
  nameOf,
  parentOf,
  parseSharePath,
} from '../../../src/content/names.ts'
import type { ChangeResult, RemoteEditor, RemoteReader } from '../../../src/transfer/transfer.ts'

interface MemoryFile {
  readonly bytes: Uint8Array
  readonly mtimeMs: number
  readonly executable: boolean
}

/** Files of a share, in memory: what doors see of one, read and changed as they would be on disk. */
export class MemoryFiles {
  readonly #files = new Map<SharePath, MemoryFile>()
  readonly #directories = new Set<SharePath>()
  /** What was replaced or removed, as the test says. */
  readonly bin: BinItem[] = []
  sequence = 1

  /** Text, or a directory, by path. */
  constructor(planted: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(planted)) {
      this.plant(parseSharePath(path), {
        bytes: Buffer.from(text),
        mtimeMs: mtimeOf(path),
        executable: path.endsWith('.sh'),
      })
    }
  }

  plant(path: SharePath, file: MemoryFile): void {
    this.#files.set(path, file)
    this.#makeParents(path)
  }

  text(path: string): string | undefined {
    const file = this.#files.get(parseSharePath(path))
    return file && Buffer.from(file.bytes).toString()
  }

  bytesAt(path: SharePath): Uint8Array {
    return this.#fileAt(path).bytes
  }

  paths(): string[] {
    return [...this.#files.keys()].toSorted()
  }

  total(): { files: number; bytes: number } {
    const files = [...this.#files.values()]
    return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  entry(path: SharePath): Entry | undefined {
    const file = this.#files.get(path)
    if (file) {
      const { mtimeMs, executable, bytes } = file
      return { kind: 'file', name: nameOf(path), mtimeMs, executable, content: contentOf(bytes) }
    }
    if (!this.#directories.has(path)) return undefined
    const below = [...this.#files].filter(([one]) => one.startsWith(`${path}/`))
    const bytes = below.reduce((sum, [, one]) => sum + one.bytes.length, 0)
    const summary = { tree: parsePageHash(sha256(Buffer.from(path))), files: below.length, bytes }
    return { kind: 'directory', name: nameOf(path), summary }
  }

  list(path: SharePath, after: Name | undefined, limit: number): Entry[] {
    if (path !== '' && !this.#directories.has(path)) {
      throw new MissingError(`There is no folder at "${path}".`)
    }
    return [...this.#files.keys(), ...this.#directories]
      .filter((one) => one !== '' && parentOf(one) === path)
      .flatMap((one) => this.entry(one) ?? [])
      .toSorted((a, b) => compareNames(a.name, b.name))
      .filter(({ name }) => after === undefined || compareNames(name, after) > 0)
      .slice(0, limit)
  }

  install(path: SharePath, file: MemoryFile, base: Base): ChangeResult {
    const there = this.entry(path)
    const isAsBelieved =
      base === 'any' ||
      (base === 'absent' ? !there : there?.kind === 'file' && equalContent(there.content, base))
    const target = isAsBelieved
      ? path
      : joinPath(parentOf(path), conflictName(nameOf(path), contentOf(file.bytes)))
    this.plant(target, file)
    return { path: target, outcome: isAsBelieved ? 'done' : 'conflict', sequence: ++this.sequence }
  }

  makeDirectory(path: SharePath): ChangeResult {
    this.#directories.add(path)
    this.#makeParents(path)
    return { path, outcome: 'done', sequence: ++this.sequence }
  }

  move(from: SharePath, to: SharePath): ChangeResult {
    if (this.entry(to)) throw new ConflictError(`Something stands at "${to}" already.`)
    for (const [path, file] of [...this.#files]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue
      this.#files.delete(path)
      this.plant(parseSharePath(to + path.slice(from.length)), file)
    }
    this.#directories.delete(from)
    return { path: to, outcome: 'done', sequence: ++this.sequence }
  }

  remove(path: SharePath, base: Base): ChangeResult {
    const there = this.entry(path)
    if (there?.kind === 'file' && typeof base === 'object' && !equalContent(there.content, base)) {
      throw new ConflictError(`"${path}" is another file by now.`)
    }
    for (const one of [...this.#files.keys()]) {
      if (one === path || one.startsWith(`${path}/`)) this.#files.delete(one)
    }
    this.#directories.delete(path)
    return { path, outcome: 'done', sequence: ++this.sequence }
  }

  reader(): RemoteReader {
    return {
      entry: async (path) => this.entry(path),
      list: async (path, after, limit) => this.list(path, after, limit),
      read: (path, offset, length) => chunks(this.#fileAt(path).bytes, offset, length),
    }
  }

  editor(): RemoteEditor {
    return {
      put: async (localFile, { path, base, attributes }, onProgress) => {
        const bytes = await readFile(localFile)
        onProgress(bytes.length)
        return this.install(path, { bytes, ...attributes }, base)
      },
      makeDirectory: async (path) => this.makeDirectory(path),
      move: async (from, to) => this.move(from, to),
      remove: async (path, base) => this.remove(path, base),
      replaced: async (kind, path) =>
        this.bin.filter((item) => item.kind === kind && isWithin(item.path, path)),
      restore: async (item, path) => {
        if (!this.bin.some(({ id }) => id === item)) throw new MissingError(`No item "${item}".`)
        return { path, outcome: 'done', sequence: ++this.sequence }
      },
    }
  }

  #fileAt(path: SharePath): MemoryFile {
    const file = this.#files.get(path)
    if (!file) throw new MissingError(`There is no file at "${path}".`)
    return file
  }

  #makeParents(path: SharePath): void {
    for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
      this.#directories.add(parent)
    }
  }
}

/** Right enough for doors, which never look at roots: the hash of the bytes. */
export function contentOf(bytes: Uint8Array): ContentId {
  return { root: parseRoot(sha256(bytes)), length: bytes.length }
}

/** In small chunks, so that whoever reads has to wait and can leave. */
async function* chunks(
  bytes: Uint8Array,
  offset: number,
  length = bytes.length,
): AsyncGenerator<Uint8Array> {
  const end = Math.min(bytes.length, offset + length)
  for (let at = offset; at < end; at += chunkBytes) {
    yield bytes.subarray(at, Math.min(end, at + chunkBytes))
  }
}

const chunkBytes = 64 * 1024

function mtimeOf(path: string): number {
  return Date.UTC(2029, 5, 1 + (path.length % 28), 12)
}
