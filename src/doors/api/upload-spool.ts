import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfInterrupted } from '../../base/errors.ts'
import { makePrivateFolder } from '../../base/private-folder.ts'
import type { Random } from '../../base/random.ts'

export interface SpooledFile extends AsyncDisposable {
  readonly path: string
}

/**
 * The bytes of `body` in a file of this user's own below `folder`, gone when disposed: a share takes a file only
 * once its hash is known. Rejects, and leaves nothing, when the body breaks off.
 */
export async function spooled(
  folder: string,
  random: Random,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<SpooledFile> {
  await makePrivateFolder(folder)
  const path = join(folder, Buffer.from(random.bytes(12)).toString('hex'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(path, { force: true }))
  await using file = await open(path, 'wx', 0o600)
  for await (const chunk of body) {
    throwIfInterrupted(signal)
    await file.writeFile(chunk)
  }
  const kept = cleanup.move()
  return { path, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Removes what a node that was killed left behind. */
export async function clearSpool(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
