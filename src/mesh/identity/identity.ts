/**
 * Identity: who this node is. One Ed25519 key per computer; its public half is the PeerId.
 *
 * Job: making and keeping the key and its certificate, PeerIds as text and bytes, signatures under a
 * domain, fingerprints in words for people to compare.
 * Non-goals: one identity on several computers (each has its own key), names for people (book/).
 */
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHex } from '../../base/bytes.ts'
import { NodeError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Identity } from '../mesh.ts'
import { isCertificateOf, makeCertificate } from './certificate.ts'
import { identityOf, newPrivateKey, parsePrivateKey, toPem } from './private-key.ts'

/** Others on this computer can read the node's key, or could. */
export class ExposedKeyError extends NodeError {
  override readonly name = 'ExposedKeyError'
  readonly kind = 'denied'
  readonly path: string
  readonly mode: number
  constructor(path: string, mode: number) {
    const octal = mode.toString(8).padStart(4, '0')
    super(
      `Others on this computer can read this node's key: ${path} has mode ${octal}. Whoever has read it can ` +
        `pretend to be this node. If nobody has, run: chmod 600 '${path}'. Otherwise move it away: a new one is made.`,
    )
    this.path = path
    this.mode = mode
  }
}

/**
 * Opens the identity kept in `directory`, or makes one there: `identity.pem` (PKCS #8, mode 0600) and
 * its certificate `identity.crt`. Rejects with ExposedKeyError when the key's mode is looser, with
 * MalformedError when it is no Ed25519 key: a key is never replaced, for contacts know it by now.
 */
export async function openIdentity(directory: string, random: Random): Promise<Identity> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const key = parsePrivateKey(await keptKey(join(directory, 'identity.pem'), random))
  const { peerId } = identityOf(key, '')
  const certificatePath = join(directory, 'identity.crt')
  const kept = await readIfThere(certificatePath)
  if (kept !== undefined && isCertificateOf(kept, key)) return identityOf(key, kept)
  const certificate = await makeCertificate(key, peerId)
  if (kept !== undefined) await rm(certificatePath)
  await keepNew(certificatePath, certificate, random)
  return identityOf(key, certificate)
}

async function keptKey(path: string, random: Random): Promise<string> {
  const pem = await readIfThere(path)
  if (pem === undefined) {
    await keepNew(path, toPem(newPrivateKey(random)), random)
    return readFile(path, 'utf8')
  }
  const mode = (await stat(path)).mode & 0o7777
  // Windows keeps the user's folders from others by its own lists and has no such modes.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new ExposedKeyError(path, mode)
  return pem
}

/**
 * Writes a private file that was not there, so that it is whole or absent after a power cut. One that
 * another process made meanwhile stays.
 */
async function keepNew(path: string, text: string, random: Random): Promise<void> {
  const stagePath = `${path}.${toHex(random.bytes(6))}.new`
  const stage = await open(stagePath, 'wx', 0o600)
  try {
    await stage.writeFile(text)
    await stage.sync()
    await stage.close()
    await chmod(stagePath, 0o600)
    await link(stagePath, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    await stage.close()
    await rm(stagePath, { force: true })
  }
}

/** Without it a power cut could take the name of a file whose bytes are safe. Windows has no such call. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using directory = await open(path, 'r')
  await directory.sync()
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
