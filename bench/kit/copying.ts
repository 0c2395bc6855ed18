import { basename, join } from 'node:path'
import { FullmeshNode } from '../peers/fullmesh.ts'
import { startNginx } from '../peers/nginx.ts'
import { startRclone } from '../peers/rclone.ts'
import { startSshd } from '../peers/sshd.ts'
import { Syncthing } from '../peers/syncthing.ts'
import type { BenchRoom } from './bench-room.ts'
import { run } from './command.ts'
import type { Contender, Work } from './contest.ts'
import { assertSame } from './files.ts'
import { freePort } from './free-port.ts'
import { Server } from './server.ts'
import type { Usage } from './usage.ts'

/**
 * Who copies a folder from one process to another, encrypted, onto the disk. Each run goes to a new place and
 * nothing is removed before the end: ext4 does not use an inode again for a minute, and looks at each that was
 * freed for every file that is made.
 */
export interface Copying {
  readonly room: BenchRoom
  /** What is copied. */
  readonly shared: string
  readonly files: number
  /** Whoever serves is closed with it. */
  readonly stack: AsyncDisposableStack
}

export async function fullmesh({ room, shared, stack }: Copying): Promise<Contender> {
  const program = await room.program()
  const owner = stack.use(await FullmeshNode.start(program, join(room.folder, 'owner')))
  const reader = stack.use(await FullmeshNode.start(program, join(room.folder, 'reader')))
  const link = await owner.share(shared)
  return turns(room, shared, 'fullmesh', async (folder) => {
    const before = [owner.usage(), reader.usage()]
    const got = await reader.type('get', link, folder, '--quiet')
    return sum(got, before, [owner.usage(), reader.usage()])
  })
}

/** The files one after another on one connection, several at once: as a browser or a script would. */
export async function curl({ room, shared, stack }: Copying): Promise<Contender> {
  const { url, server } = stack.use(await startNginx(join(room.folder, 'nginx'), shared))
  return turns(room, shared, 'curl + nginx', (folder) =>
    served(
      server,
      `curl -skf --create-dirs -o ${folder}/large.bin ${url}/large.bin && sync ${folder}/large.bin`,
    ),
  )
}

export async function rsync({ room, shared, stack }: Copying): Promise<Contender> {
  const { shell, server } = stack.use(await startSshd(join(room.folder, 'sshd')))
  return turns(room, shared, 'rsync + ssh', (folder) =>
    served(
      server,
      `rsync -a --whole-file --fsync -e "${shell}" root@127.0.0.1:${shared}/ ${folder}/`,
    ),
  )
}

export async function rclone({ room, shared, stack }: Copying): Promise<Contender> {
  const { remote, server } = stack.use(await startRclone(join(room.folder, 'rclone'), shared))
  return turns(room, shared, 'rclone', (folder) =>
    served(
      server,
      `rclone copy '${remote}' ${folder} --no-check-certificate --config /dev/null --transfers 16 --checkers 16 && sync -f ${folder}`,
    ),
  )
}

export async function libtorrent({ room, shared, stack }: Copying): Promise<Contender> {
  const program = join(import.meta.dirname, '..', 'peers', 'libtorrent-peer.py')
  const torrent = join(room.folder, 'shared.torrent')
  const port = await freePort()
  const server = stack.use(
    await Server.start(
      ['/usr/bin/python3', program, 'seed', shared, torrent, String(port)],
      (said) => said.includes('ready'),
    ),
  )
  return turns(room, shared, 'libtorrent', (folder) =>
    served(
      server,
      `/usr/bin/python3 ${program} fetch ${folder}.torrent ${torrent} ${port} && mv ${folder}.torrent/${basename(shared)} ${folder} && sync -f ${folder}`,
    ),
  )
}

export async function syncthing({ room, shared, files, stack }: Copying): Promise<Contender> {
  const owner = stack.use(await Syncthing.start(join(room.folder, 'st-owner')))
  const reader = stack.use(await Syncthing.start(join(room.folder, 'st-reader')))
  await owner.know(reader)
  await reader.know(owner)
  let turn = 0
  await owner.share('shared', shared, [reader], 'sendonly')
  await owner.complete('shared', files)
  return turns(room, shared, 'syncthing', async (folder) => {
    const before = [owner.usage(), reader.usage()]
    const sinceMs = performance.now()
    if (turn++ > 0) await reader.unshare('shared')
    await reader.share('shared', folder, [owner], 'receiveonly')
    await reader.complete('shared', files)
    const seconds = (performance.now() - sinceMs) / 1000
    return sum({ seconds, cpuSeconds: 0, peakBytes: 0 }, before, [owner.usage(), reader.usage()])
  })
}

function turns(
  room: BenchRoom,
  shared: string,
  name: string,
  copy: (folder: string) => Promise<Work>,
): Contender {
  let turn = 0
  return {
    name,
    run: async () => {
      const folder = join(room.folder, `${name.replaceAll(/\W+/g, '-')}-${turn++}`)
      const work = await copy(folder)
      await assertSame(shared, folder)
      return work
    },
  }
}

async function served(server: Server, script: string): Promise<Work> {
  const before = server.usage()
  const ran = await run(['sh', '-c', script])
  return sum(ran, [before], [server.usage()])
}

function sum(
  ran: Usage & { readonly seconds: number },
  before: readonly Usage[],
  after: readonly Usage[],
): Work {
  const cpuOf = (all: readonly Usage[]) =>
    all.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0)
  return {
    seconds: ran.seconds,
    cpuSeconds: ran.cpuSeconds + cpuOf(after) - cpuOf(before),
    peakBytes: Math.max(ran.peakBytes, ...after.map(({ peakBytes }) => peakBytes)),
  }
}
