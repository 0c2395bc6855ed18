import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** A way to a peer that changes what it says. */
export interface LyingProxy extends AsyncDisposable {
  readonly port: number
  /** Lets the rest pass. */
  open(): void
}

/**
 * Listens at `host` and passes on to this computer's `target` port. What comes back stops after `honestBytes`
 * until it is opened; then one bit of the next byte is wrong, once a connection.
 */
export async function lyingProxy(
  host: string,
  target: number,
  honestBytes: number,
): Promise<LyingProxy> {
  const gate = Promise.withResolvers<void>()
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: target, noDelay: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far)
    void lie(far, near, honestBytes, gate.promise)
  })
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has an address')
  return {
    port: address.port,
    open: () => gate.resolve(),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function lie(
  from: Socket,
  to: Socket,
  honestBytes: number,
  opened: Promise<void>,
): Promise<void> {
  let passed = 0
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const at = honestBytes - passed
      if (at >= 0 && at < chunk.length) {
        to.write(chunk.subarray(0, at))
        await opened
        const rest = Buffer.from(chunk.subarray(at))
        rest[0] = (rest[0] ?? 0) ^ 1
        to.write(rest)
      } else to.write(chunk)
      passed += chunk.length
    }
  } catch {
    // Either side has hung up.
  }
  to.destroy()
}
