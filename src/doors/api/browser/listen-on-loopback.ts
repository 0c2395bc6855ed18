import type { Server } from 'node:http'
import { NodeError } from '../../../base/errors.ts'
import { loopback } from './browsers.ts'

/** The port that the settings name for browsers is not to be had. */
export class BrowserPortError extends NodeError {
  override readonly name = 'BrowserPortError'
  readonly kind = 'busy'
  constructor(port: number, cause: unknown) {
    super(
      `Port ${port} of ${loopback}, where the web UI should be, can't be used. Choose another: fullmesh config set web.port 0`,
      { cause },
    )
  }
}

/** Listens on this computer alone and tells the port. Rejects with BrowserPortError. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error) => reject(new BrowserPortError(port, cause))
    server.once('error', fail)
    server.listen(port, loopback, () => {
      server.off('error', fail)
      resolve()
    })
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
