import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PrivateSocket } from '../../../src/base/private-socket.ts'
import type { BrowserSettings } from '../../../src/doors/api/browser/browsers.ts'
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
export async function openFakeNode(settings: Partial<BrowserSettings> = {}): Promise<FakeNode> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await tempFolder())
  const backend = opened.use(await FakeBackend.open(folder.path))
  const socketPath = join(folder.path, 'state', 'run', 'node.sock')
  const socket = new PrivateSocket(socketPath)
  const web = { on: true, port: 0, contentPort: 0, ...settings }
  const webFolder = join(folder.path, 'web')
  await mkdir(webFolder)
  await writeFile(join(webFolder, 'index.html'), '<!doctype html><title>Fullmesh</title>')
  opened.use(await openLocalApi(backend, { socket, web, webFolder }))
  const kept = opened.move()
  return {
    home: folder.path,
    socketPath,
    backend,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
