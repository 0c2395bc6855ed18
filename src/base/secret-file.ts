import { lstat, readFile, rm, writeFile } from 'node:fs/promises'
import type { Random } from './random.ts'

/**
 * A secret of 32 bytes in hex, kept in `file` (0600) and made at first use. One that others could read, or
 * that is none, is made anew.
 */
export async function openSecretFile(file: string, random: Random): Promise<string> {
  const kept = (await isPrivate(file)) ? (await readFile(file, 'utf8')).trim() : ''
  if (secretForm.test(kept)) return kept
  await rm(file, { force: true })
  const secret = Buffer.from(random.bytes(secretBytes)).toString('hex')
  await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  return secret
}

async function isPrivate(file: string): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined)
  if (!stats?.isFile()) return false
  return process.getuid === undefined || (stats.mode & 0o077) === 0
}

const secretBytes = 32
const secretForm = /^[0-9a-f]{64}$/
