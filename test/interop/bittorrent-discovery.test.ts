import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { encode } from '../../src/networks/bittorrent/bencode/encode.ts'
import type { ByteDuplex } from '../../src/networks/bittorrent/bittorrent.ts'
import { openUdpPort } from '../../src/networks/bittorrent/udp/udp-port.ts'
import { openUtpConnector } from '../../src/networks/bittorrent/utp/utp-connector.ts'
import { LibtorrentNode, libtorrentMissing } from '../kit/libtorrent-node.ts'
import { PlainPeer } from '../kit/plain-peer.ts'
import { someBytes } from '../kit/some-bytes.ts'
import { testSurroundings } from '../kit/surroundings.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import { until } from '../kit/until.ts'

const never = new AbortController().signal
const surroundings = { ...testSurroundings('interop'), clock: systemClock }
const mebibyte = 1024 * 1024
const pieceBytes = 262_144

const families = [
  ['IPv4', '127.0.0.1', '127.0.0.1:0'],
  ['IPv6', '::1', '[::1]:0'],
] as const

suite('uTP with libtorrent, whose TCP is switched off', { skip: libtorrentMissing() }, () => {
  for (const [family, host, listen] of families) {
    const settings = {
      listen_interfaces: listen,
      enable_outgoing_tcp: false,
      enable_incoming_tcp: false,
    }

    test(`brings all of a file here, over ${family}`, async (t) => {
      await using folder = await tempFolder()
      const bytes = someBytes(32 * mebibyte)
      const file = join(folder.path, 'content.bin')
      await writeFile(file, bytes)
      await using theirs = await LibtorrentNode.open(settings)
      const seed = await theirs.ask<Seed>({ do: 'seed', file })
      await theirs.says(({ told }) => told === 'torrent_finished')
      await using ours = await openUtp(host)
      const duplex = await ours.connector.dial({ host, port: theirs.port }, never)
      const sinceMs = performance.now()
      const peer = new PlainPeer(duplex, {
        swarm: seed.hash,
        length: bytes.length,
        pieceBytes: seed.pieceBytes,
      })
      await until(() => peer.content !== undefined || peer.isEnded, 60_000)
      assert.ok(peer.content && Buffer.from(peer.content).equals(bytes))
      t.diagnostic(rate(bytes.length, sinceMs))
    })

    test(`takes all of a file there, over ${family}`, async (t) => {
      await using folder = await tempFolder()
      const content = someBytes(32 * mebibyte)
      const { torrent, hash } = torrentOf(content)
      const peers: PlainPeer[] = []
      await using ours = await openUtp(host, (duplex) => {
        peers.push(
          new PlainPeer(duplex, { swarm: hash, length: content.length, pieceBytes, content }),
        )
      })
      await using theirs = await LibtorrentNode.open(settings)
      const sinceMs = performance.now()
      theirs.tell({ do: 'load', torrent, folder: folder.path, peers: [[host, ours.port]] })
      await theirs.says(({ told }) => told === 'torrent_finished')
      t.diagnostic(rate(content.length, sinceMs))
      assert.ok(peers.some(({ servedBytes }) => servedBytes >= content.length))
      assert.ok((await readFile(join(folder.path, 'content.bin'))).equals(content))
    })
  }
})

interface Seed extends Record<string, unknown> {
  readonly hash: string
  readonly pieceBytes: number
}

async function openUtp(host: string, onIncoming = (duplex: ByteDuplex) => duplex.close()) {
  const udp = await openUdpPort({ host, port: 0 })
  const connector = openUtpConnector({ udp, surroundings, onIncoming })
  return {
    connector,
    port: udp.port,
    async [Symbol.asyncDispose]() {
      await connector[Symbol.asyncDispose]()
      await udp[Symbol.asyncDispose]()
    },
  }
}

/** A torrent of one file, `content.bin`. */
function torrentOf(content: Uint8Array): { torrent: string; hash: string } {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < content.length; at += pieceBytes) {
    pieces.push(sha1(content.subarray(at, at + pieceBytes)))
  }
  const info = {
    length: content.length,
    name: 'content.bin',
    'piece length': pieceBytes,
    pieces: Buffer.concat(pieces),
  }
  return {
    torrent: Buffer.from(encode({ info })).toString('hex'),
    hash: sha1(encode(info)).toString('hex'),
  }
}

function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest()
}

function rate(bytes: number, sinceMs: number): string {
  return `${(bytes / mebibyte / ((performance.now() - sinceMs) / 1_000)).toFixed(0)} MiB/s`
}
