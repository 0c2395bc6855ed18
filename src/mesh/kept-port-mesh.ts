import { keepPort, keptPort } from '../base/kept-port.ts'
import { ListenError } from './link/listen.ts'
import type { Mesh } from './mesh.ts'
import { openMesh } from './open-mesh.ts'
import type { MeshOptions } from './open-mesh.ts'

/**
 * Opens the mesh at the port that links which were given away name, kept in `file`, or at another one if somebody
 * else has that by now. A port that the user says is taken as it is. Rejects with ListenError.
 */
export async function openMeshAtKeptPort(file: string, options: MeshOptions): Promise<Mesh> {
  const { port: wished, host } = options.listen
  if (wished !== 0) return openMesh(options)
  const before = await keptPort(file)
  const mesh = await openMesh({ ...options, listen: { host, port: before } }).catch(
    (error: unknown) => {
      if (before === 0 || !(error instanceof ListenError)) throw error
      return openMesh(options)
    },
  )
  const [address] = mesh.addresses()
  if (address && address.port !== before) await keepPort(file, address.port)
  return mesh
}
