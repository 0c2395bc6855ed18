import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { parseSharePath } from '../../src/content/names.ts'
import { formatMagnet, magnetOf } from '../../src/networks/bittorrent/magnet/magnet.ts'
import type { TorrentVersion } from '../../src/networks/bittorrent/metainfo/metainfo.ts'
import { parseMetainfo } from '../../src/networks/bittorrent/metainfo/read-metainfo.ts'
import { writeMetainfo } from '../../src/networks/bittorrent/metainfo/write-metainfo.ts'
import { makeTorrent } from '../../src/networks/bittorrent/storing/make-torrent.ts'
import { openPieceThreads } from '../../src/networks/bittorrent/storing/piece-threads.ts'
import { openTown } from '../kit/namespaces.ts'
import type { Host, Town } from '../kit/namespaces.ts'
import type { RunningCommand } from '../kit/running-command.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import type { TempFolder } from '../kit/temp-folder.ts'
import {
  libtorrentTorrent,
  opponentsMissing,
  startOpponent,
  startOurs,
} from '../kit/torrent-opponents.ts'
import type { OpponentName } from '../kit/torrent-opponents.ts'

const pieceBytes = 64 * 1024
const [ourPort, theirPort, trackerPort] = [6891, 6892, 6893]

const sizes = { 'big.bin': 9_000_001, 'sub/small.bin': 70_000, 'sub/tiny.txt': 5, 'z.bin': 65_536 }

/** Who speaks what: aria2 1.36 and Transmission 3.00 read v1 alone. */
const versionsOf: Readonly<Record<OpponentName, readonly TorrentVersion[]>> = {
  libtorrent: ['v1', 'v2', 'hybrid'],
  aria2: ['v1'],
  transmission: ['v1'],
}

suite('BitTorrent with other programs', { skip: opponentsMissing() }, () => {
  let [folder, town]: [TempFolder | undefined, Town | undefined] = [undefined, undefined]
  let cases = 0

  before(async () => {
    folder = await tempFolder()
    town = await openTown('us', 'them')
    for (const [path, bytes] of Object.entries(sizes)) {
      const file = join(folder.path, 'seed/data', path)
      await mkdir(join(file, '..'), { recursive: true })
      await writeFile(file, randomBytes(bytes))
    }
    await writeFile(join(folder.path, 'seed/data/empty'), '')
    for (const version of ['v1', 'v2', 'hybrid'] as const) await makeOurTorrent(version)
  })

  after(async () => {
    await town?.[Symbol.asyncDispose]()
    await folder?.[Symbol.asyncDispose]()
  })

  // libtorrent lists the files of v1 in the order in which the disk gives them.
  for (const version of ['v2', 'hybrid'] as const) {
    test(`a ${version} torrent made here is the one that libtorrent makes of the same files`, () => {
      const theirs = parseMetainfo(libtorrentTorrent(at('seed/data'), pieceBytes, version))
      const ours = readOurs(version)
      assert.deepEqual(
        ours.info.files.map(({ path, length, offset, kind }) => ({ path, length, offset, kind })),
        theirs.info.files.map(({ path, length, offset, kind }) => ({ path, length, offset, kind })),
      )
      assert.deepEqual(ours.info.pieceHashes, theirs.info.pieceHashes)
      assert.deepEqual(ours.layers, theirs.layers)
      assert.deepEqual(ours.info.swarms, theirs.info.swarms)
    })
  }

  for (const name of ['libtorrent', 'aria2', 'transmission'] as const) {
    for (const version of versionsOf[name]) {
      test(`${name} seeds, we fetch: ${version}`, async () => {
        await using theirs = await startOpponent(name, them(), {
          ...{
            torrent: torrentOf(version),
            folder: at('seed'),
            state: at(fresh()),
            port: theirPort,
          },
        })
        await fetchFrom(torrentOf(version))
        assert.ok(theirs)
      })

      test(`we seed, ${name} fetches: ${version}`, async () => {
        await using ours = await seed(version)
        const into = at(fresh())
        await mkdir(into, { recursive: true })
        await using theirs = await startOpponent(name, them(), {
          ...{ torrent: torrentOf(version), folder: into, state: at(fresh()), port: theirPort },
          peer: { host: us().ipv4, port: ourPort },
        })
        await untilSame(into, theirs, ours)
      })
    }
  }

  for (const [what, version, hides] of [
    ['v1', 'v1', undefined],
    ['both hashes', 'hybrid', undefined],
    ['the v1 hash of a hybrid torrent', 'hybrid', 'hashV2'],
    ['the v2 hash of a hybrid torrent', 'hybrid', 'hashV1'],
    ['v2', 'v2', undefined],
  ] as const) {
    test(`a magnet link with ${what} is enough to fetch from libtorrent`, async () => {
      await using _ = await startOpponent('libtorrent', them(), {
        ...{ torrent: torrentOf(version), folder: at('seed'), state: at(fresh()), port: theirPort },
      })
      await fetchFrom(magnet(version, hides))
    })

    test(`a magnet link with ${what} is enough for libtorrent to fetch from us`, async () => {
      await using ours = await seed(version)
      const into = at(fresh())
      await using theirs = await startOpponent('libtorrent', them(), {
        ...{ torrent: magnet(version, hides), folder: into, state: at(fresh()), port: theirPort },
        peer: { host: us().ipv4, port: ourPort },
      })
      await untilSame(into, theirs, ours)
    })
  }

  for (const [what, ours, theirs, isEncrypted] of [
    ['libtorrent insists on RC4', 'preferred', { in_enc_policy: 0, allowed_enc_level: 2 }, true],
    ['libtorrent refuses it', 'preferred', { in_enc_policy: 2 }, false],
    ['we insist on RC4', 'forced', { in_enc_policy: 1 }, true],
    ['we refuse it', 'refused', { in_enc_policy: 1 }, false],
  ] as const) {
    test(`encryption: ${what}, and bytes come all the same`, async () => {
      const meeting = { folder: at('seed'), state: at(fresh()), port: theirPort }
      await using _ = await startOpponent(
        'libtorrent',
        them(),
        { ...meeting, torrent: torrentOf('v1') },
        theirs,
      )
      const said = await fetchFrom(torrentOf('v1'), ours)
      assert.equal(said.includes('"isEncrypted":true'), isEncrypted)
    })
  }

  test('libtorrent insists on RC4 when it dials us', async () => {
    await using ours = await seed('v1')
    const into = at(fresh())
    await using theirs = await startOpponent(
      'libtorrent',
      them(),
      {
        ...{ torrent: torrentOf('v1'), folder: into, state: at(fresh()), port: theirPort },
        peer: { host: us().ipv4, port: ourPort },
      },
      { out_enc_policy: 0, allowed_enc_level: 2, prefer_rc4: true },
    )
    await untilSame(into, theirs, ours)
  })

  async function makeOurTorrent(version: TorrentVersion): Promise<void> {
    await using threads = openPieceThreads()
    const files = Object.entries({ ...sizes, empty: 0 }).map(([path, length]) => ({
      ...{ path: parseSharePath(path), length, isExecutable: false },
    }))
    const root = at('seed/data')
    const parts = { root, files, name: 'data', version, isPrivate: false, pieceLength: pieceBytes }
    const never = new AbortController().signal
    const { info, layers } = await makeTorrent({ ...parts, threads }, never)
    const trackers = [[`http://10.77.0.1:${trackerPort}/announce`]]
    await writeFile(torrentOf(version), writeMetainfo({ info, layers, trackers }))
  }

  async function seed(version: TorrentVersion) {
    const ours = startOurs(us(), {
      ...{
        state: at(await state()),
        folder: at('seed'),
        torrent: torrentOf(version),
        port: ourPort,
      },
      tracker: { port: trackerPort, names: `${us().ipv4}:${ourPort}` },
    })
    await ours.until(/"kind":"seeding"/)
    return ours
  }

  /** Fetches from the other side, compares byte for byte, and gives all that our node said. */
  async function fetchFrom(torrent: string, encryption = 'preferred'): Promise<string> {
    const into = at(fresh())
    await using ours = startOurs(us(), {
      ...{ state: at(await state()), folder: into, torrent, port: ourPort, encryption },
      peers: [`${them().ipv4}:${theirPort}`],
    })
    await ours.until(/"kind":"seeding"/)
    assertSame(into)
    return ours.output
  }

  async function untilSame(into: string, ...said: readonly RunningCommand[]): Promise<void> {
    for (const late = AbortSignal.timeout(60_000); ; await nextLook()) {
      try {
        return assertSame(into)
      } catch (cause) {
        if (late.aborted) {
          throw new Error(said.map(({ output }) => output.slice(-4000)).join('\n'), { cause })
        }
      }
    }
  }

  function assertSame(into: string): void {
    // An empty file that is not there counts as one: Transmission makes none.
    const args = ['-rN', '--exclude=*.aria2', at('seed/data'), join(into, 'data')]
    execFileSync('diff', args, { stdio: 'pipe' })
  }

  async function state(): Promise<string> {
    const name = fresh()
    await mkdir(at(name), { recursive: true })
    return name
  }

  function magnet(version: TorrentVersion, hides: 'hashV1' | 'hashV2' | undefined): string {
    const { name: _, trackers: __, ...link } = magnetOf(readOurs(version))
    return formatMagnet({ ...link, ...(hides ? { [hides]: undefined } : {}) })
  }

  function readOurs(version: TorrentVersion) {
    return parseMetainfo(execFileSync('cat', [torrentOf(version)]))
  }

  function torrentOf(version: TorrentVersion): string {
    return at(`${version}.torrent`)
  }

  function fresh(): string {
    return `case-${cases++}`
  }

  function at(path: string): string {
    assert.ok(folder)
    return join(folder.path, path)
  }

  function us(): Host {
    assert.ok(town)
    return town.host('us')
  }

  function them(): Host {
    assert.ok(town)
    return town.host('them')
  }
})

/** The other program tells nobody when it is done: its files are looked at now and then. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 200)
  })
}
