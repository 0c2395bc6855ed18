import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { libtorrentMissing } from './libtorrent-node.ts'
import { missingForRoot } from './missing-tools.ts'
import type { Host } from './namespaces.ts'
import type { RunningCommand } from './running-command.ts'

const interop = resolve(import.meta.dirname, '../interop')

/** Why other programs can't be met here, for `{ skip }`; false when they can. */
export function opponentsMissing(): string | false {
  return missingForRoot('ip', 'aria2c', 'transmission-cli') || libtorrentMissing()
}

export type OpponentName = 'libtorrent' | 'aria2' | 'transmission'

export interface Meeting {
  /** Path of the torrent file, or a magnet link. */
  readonly torrent: string
  readonly folder: string
  /** Of files that its state may go to. */
  readonly state: string
  readonly port: number
  /** Where our node is, and its tracker, for those that can't be told of a peer. */
  readonly peer?: { readonly host: string; readonly port: number }
}

/** Starts a program of others on a host, with a torrent whose files it has already, or is to fetch. */
export async function startOpponent(
  name: OpponentName,
  host: Host,
  meeting: Meeting,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<RunningCommand> {
  await mkdir(meeting.state, { recursive: true })
  switch (name) {
    case 'libtorrent':
      return startLibtorrent(host, meeting, settings)
    case 'aria2':
      return startAria2(host, meeting)
    case 'transmission':
      return startTransmission(host, meeting)
  }
}

/** Starts our own node. Its lines are those of torrent-node.ts. */
export function startOurs(host: Host, orders: Readonly<Record<string, unknown>>): RunningCommand {
  const script = join(interop, 'torrent-node.ts')
  return host.start(process.execPath, [script, JSON.stringify(orders)])
}

/** What libtorrent calls the same files: its own torrent of a folder. */
export function libtorrentTorrent(folder: string, pieceBytes: number, version: string): Buffer {
  const flags = { v1: 64, v2: 32, hybrid: 0 }[version] ?? 0
  const lines = [
    'import libtorrent as lt, sys, os',
    `files = lt.file_storage(); lt.add_files(files, ${JSON.stringify(folder)})`,
    `maker = lt.create_torrent(files, piece_size=${pieceBytes}, flags=${flags})`,
    `lt.set_piece_hashes(maker, os.path.dirname(${JSON.stringify(folder)}))`,
    'sys.stdout.buffer.write(lt.bencode(maker.generate()))',
  ]
  return execFileSync('/usr/bin/python3', ['-c', lines.join('\n')])
}

function startLibtorrent(
  host: Host,
  { torrent, folder, port, peer }: Meeting,
  settings: Readonly<Record<string, unknown>>,
): RunningCommand {
  const orders = {
    ...{ torrent, folder, peers: peer ? [[peer.host, peer.port]] : [] },
    settings: { listen_interfaces: `0.0.0.0:${port}`, ...settings },
  }
  return host.start('/usr/bin/python3', [
    join(interop, 'libtorrent/transfer-node.py'),
    JSON.stringify(orders),
  ])
}

function startAria2(host: Host, { torrent, folder, port }: Meeting): RunningCommand {
  return host.start('aria2c', [
    ...['--no-conf', '--enable-dht=false', '--enable-dht6=false', '--bt-enable-lpd=false'],
    ...[
      '--seed-ratio=0.0',
      '--check-integrity=true',
      '--allow-overwrite=true',
      '--summary-interval=1',
    ],
    ...[`--listen-port=${port}`, `--dir=${folder}`, torrent],
  ])
}

async function startTransmission(host: Host, { torrent, folder, state, port }: Meeting) {
  const settings = {
    ...{ 'dht-enabled': false, 'lpd-enabled': false, 'pex-enabled': false, 'utp-enabled': false },
    ...{ 'peer-port': port, 'port-forwarding-enabled': false, 'rpc-enabled': false, encryption: 1 },
  }
  await writeFile(join(state, 'settings.json'), JSON.stringify(settings))
  const args = ['--no-portmap', '-p', String(port), '-g', state, '-w', folder, torrent]
  return host.start('transmission-cli', args)
}
