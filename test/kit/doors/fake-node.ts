import { join } from 'node:path'
import { PrivateSocket } from '../../../src/base/private-socket.ts'
import { openLocalApi } from '../../../src/doors/api/open-local-api.ts'
import { tempFolder } from '../temp-folder.ts'
import { FakeBackend } from './fake-backend.ts'

export interface FakeNode extends AsyncDisposable {
  /** What FULLMESH_HOME is for whoever talks to it; below it are the state and the socket. */
  readonly home: string
  readonly socketPath: string
  readonly backend: FakeBackend
}

/** The local API of Ana's node over a real socket, with everything below it in memory. */
export async function openFakeNode(): Promise<FakeNode> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await tempFolder())
  const backend = opened.use(await FakeBackend.open(folder.path))
  const socketPath = join(folder.path, 'state', 'run', 'node.sock')
  opened.use(await openLocalApi(backend, new PrivateSocket(socketPath)))
  const kept = opened.move()
  return {
    home: folder.path,
    socketPath,
    backend,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
