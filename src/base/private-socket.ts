import { chmod, rm } from 'node:fs/promises'
import type { Server } from 'node:net'
import { dirname } from 'node:path'
import { NodeError } from './errors.ts'
import { makePrivateFolder } from './private-folder.ts'

/** The path of the socket is too long for the system. */
export class SocketPathError extends NodeError {
  override readonly name = 'SocketPathError'
  readonly kind = 'usage'
  constructor(path: string, bytesMax: number) {
    super(
      `The path of the node's socket is too long for this system (${bytesMax} bytes at most): ${path}. Set FULLMESH_HOME or XDG_RUNTIME_DIR to a shorter one.`,
    )
  }
}

/** A unix socket that only this user can open; on Windows a named pipe, which other users can't change. */
export class PrivateSocket {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /**
   * Makes the folder (0700) and the socket (0600) and starts to accept. One that a node left behind when it
   * was killed is replaced: only the holder of the state's lock may call this.
   */
  async listen(server: Server): Promise<void> {
    const isFile = !this.path.startsWith('\\\\')
    if (isFile) {
      if (Buffer.byteLength(this.path) > pathBytesMax) {
        throw new SocketPathError(this.path, pathBytesMax)
      }
      await makePrivateFolder(dirname(this.path))
      await rm(this.path, { force: true })
    }
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.path, () => {
        server.off('error', reject)
        resolve()
      })
    })
    if (isFile) await chmod(this.path, 0o600)
  }
}

/** `sun_path` of macOS, which has four bytes fewer than that of Linux. */
const pathBytesMax = 103
