import { mkdir } from 'node:fs/promises'
import { freePort, listens } from '../kit/free-port.ts'
import { Server } from '../kit/server.ts'
import { makeCertificateFiles } from './certificate.ts'

export interface RcloneServer extends AsyncDisposable {
  readonly server: Server
  /** The remote, as rclone is told of it. */
  readonly remote: string
}

/** rclone serving a folder by WebDAV over TLS. */
export async function startRclone(home: string, folder: string): Promise<RcloneServer> {
  await mkdir(home, { recursive: true })
  const { certificate, key } = await makeCertificateFiles(home)
  const port = await freePort()
  const server = await Server.start(
    [
      ...(['rclone', 'serve', 'webdav', folder, '--addr', `127.0.0.1:${port}`] as const),
      ...['--cert', certificate, '--key', key, '--read-only', '--config', '/dev/null'],
    ],
    () => listens(port),
  )
  const remote = `:webdav,url="https://127.0.0.1:${port}",vendor=other:`
  return { server, remote, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
