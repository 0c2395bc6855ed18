import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import TrackerServer from 'bittorrent-tracker/server'
import type { SwarmId } from '../../src/networks/bittorrent/bittorrent.ts'
import { RunningCommand } from './running-command.ts'
import { tempFolder } from './temp-folder.ts'

/** A tracker of somebody else's making, on this computer. */
export interface RealTracker extends AsyncDisposable {
  readonly httpPort: number
  readonly udpPort: number
}

/** The server of the npm package bittorrent-tracker, by HTTP and UDP, on 127.0.0.1 and ::1. */
export async function openNpmTracker(): Promise<RealTracker> {
  const server = new TrackerServer({ http: true, udp: true, ws: false, stats: false })
  const refused: Error[] = []
  server.on('warning', (error: Error) => refused.push(error))
  server.on('error', (error: Error) => refused.push(error))
  const hosts = { http: '127.0.0.1', udp: '127.0.0.1', udp6: '::1' }
  await new Promise<void>((resolve) => {
    server.listen(0, hosts, resolve)
  })
  return {
    httpPort: (server.http.address() as AddressInfo).port,
    udpPort: server.udp4.address().port,
    async [Symbol.asyncDispose]() {
      server.http.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(resolve)
      })
      if (refused.length > 0) throw new AggregateError(refused, 'the tracker complained')
    },
  }
}

/** opentracker, of Debian: written in C, and what most public trackers run. One port for HTTP and UDP; serves these swarms alone. */
export async function openOpentracker(swarms: readonly SwarmId[]): Promise<RealTracker> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await tempFolder())
  const port = await freePort()
  // It locks itself into the folder, as nobody.
  await chmod(folder.path, 0o755)
  await writeFile(join(folder.path, 'swarms'), swarms.map((swarm) => `${swarm}\n`).join(''))
  const args = [
    '-i',
    '127.0.0.1',
    '-p',
    `${port}`,
    '-P',
    `${port}`,
    '-d',
    folder.path,
    '-w',
    'swarms',
  ]
  opened.use(new RunningCommand('opentracker', args))
  await listening(port)
  const kept = opened.move()
  return { httpPort: port, udpPort: port, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Why it can't be asked here, for `{ skip }`; false when it can. In CI it has to be there. */
export function opentrackerMissing(): string | false {
  if (process.env['CI'] !== undefined) return false
  if (process.getuid?.() !== 0) return 'only root may start opentracker'
  return spawnSync('which', ['opentracker']).status !== 0 && 'opentracker is not installed'
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until somebody answers there. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/stats`)
      await response.arrayBuffer()
      return
    } catch (error) {
      if (tries > 100) throw error
      await new Promise((resolve) => {
        setTimeout(resolve, 50)
      })
    }
  }
}
