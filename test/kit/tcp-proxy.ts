import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import type { Address } from '../../src/mesh/mesh.ts'

/** A line between two nodes that a test can count, hold and break. */
export interface TcpProxy extends AsyncDisposable {
  readonly address: Address
  /** Bytes that passed: `up` from whoever dialled, `down` to it. */
  readonly passed: { up: number; down: number }
  /** Nothing passes any more, and nobody is told. */
  hold(): void
  /** All connections break at once. */
  break(): void
}

export async function tcpProxy(target: Address): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const passed = { up: 0, down: 0 }
  let isHeld = false
  const server = createServer((near) => {
    const far = connect({ ...target, noDelay: true })
    near.setNoDelay(true)
    forward(near, far, 'up')
    forward(far, near, 'down')
  })

  function forward(from: Socket, to: Socket, way: 'up' | 'down'): void {
    sockets.add(from)
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      if (!isHeld) to.destroy()
    })
    from.on('end', () => {
      if (!isHeld) to.end()
    })
    from.on('data', (bytes: Buffer) => {
      if (isHeld) return
      passed[way] += bytes.length
      if (!to.write(bytes)) from.pause()
    })
    to.on('drain', () => from.resume())
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has an address')
  return {
    address: { host: '127.0.0.1', port: address.port },
    passed,
    hold: () => {
      isHeld = true
    },
    break: () => {
      for (const socket of sockets) socket.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
