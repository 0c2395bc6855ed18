import { createHash, randomFillSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** A file of bytes that nothing can compress. */
export async function makeFile(path: string, bytes: number): Promise<void> {
  const block = Buffer.alloc(4 * 1024 * 1024)
  await using file = await open(path, 'w')
  for (let at = 0; at < bytes; at += block.length) {
    randomFillSync(block)
    await file.write(block, 0, Math.min(block.length, bytes - at))
  }
}

/** Small files of `bytesMin` to `bytesMax`, a hundred to a directory. Returns how many bytes they have. */
export async function makeFiles(
  folder: string,
  count: number,
  bytesMin: number,
  bytesMax: number,
): Promise<number> {
  const bytes = Buffer.alloc(bytesMax + 64)
  randomFillSync(bytes)
  let total = 0
  for (let at = 0; at < count; at++) {
    const directory = join(folder, `part-${Math.floor(at / 10_000)}`, `${Math.floor(at / 100)}`)
    if (at % 100 === 0) await mkdir(directory, { recursive: true })
    bytes.writeUInt32LE(at, at % 32)
    const length = bytesMin + ((at * 7919) % (bytesMax - bytesMin + 1))
    await using file = await open(join(directory, `file-${at}.bin`), 'w')
    await file.write(bytes, at % 32, length)
    total += length
  }
  return total
}

/** Throws unless both folders, or files, hold the same bytes; what programs keep there for themselves left out. */
export async function assertSame(one: string, other: string): Promise<void> {
  const [there, here] = await Promise.all([digestsOf(one), digestsOf(other)])
  const different = [...there].filter(([path, digest]) => here.get(path) !== digest)
  if (different.length > 0 || there.size !== here.size) {
    throw new Error(`${different.length} of ${there.size} files differ: ${different[0]?.[0]}`)
  }
}

export async function emptied(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return folder
}

async function digestsOf(path: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    const name = relative(path, file)
    if (entry.isFile() && !/^\.(?:fullmesh|stfolder)/.test(name))
      digests.set(name, await digestOf(file))
  }
  return digests
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}
