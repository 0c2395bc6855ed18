import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { lyingProxy } from '../../../kit/lying-proxy.ts'
import { someBytes } from '../../../kit/some-bytes.ts'
import { TorrentWorld, seeding } from '../../../kit/torrent-world.ts'
import { until } from '../../../kit/until.ts'

const mebibyte = 1024 * 1024
const blockBytes = 16 * 1024

/** Of 64 blocks the liar is asked for at least 32; six of them come before the lie. */
const honestBytes = 6 * (blockBytes + 13) + 2000

suite('a piece of which a liar and an honest peer bring parts', () => {
  for (const [version, wrongBytes] of [
    // The hashes of its blocks tell which one is wrong; all others are kept.
    ['v2', blockBytes],
    ['hybrid', blockBytes],
    // Only the whole piece has a hash: it is fetched again, and compared.
    ['v1', mebibyte],
  ] as const) {
    test(`${version}: comes right, the liar is banned, and ${wrongBytes} bytes were for nothing`, async () => {
      await using world = await TorrentWorld.open()
      const content = Buffer.from(someBytes(mebibyte))
      const source = await world.plant({ 'one.bin': content }, version, mebibyte)
      const [behind, honest] = [
        await world.seed('behind', source),
        await world.seed('honest', source),
      ]
      await using liar = await lyingProxy('127.0.0.2', behind.port, honestBytes)
      const leech = await world.node('leech')
      const torrent = await leech.add({
        ...{ source, destination: world.path('leech') },
        peers: [{ host: '127.0.0.2', port: liar.port }],
      })
      await until(() => torrent.state().downloadedBytes >= 5 * blockBytes, 20_000)
      torrent.addPeers([{ host: '127.0.0.1', port: honest.port }])
      // The honest one brings all that the liar was not asked for.
      await until(() => torrent.state().downloadedBytes >= 20 * blockBytes, 20_000)
      liar.open()
      await seeding(torrent)
      assert.deepEqual(torrent.state().bannedHosts, ['127.0.0.2'])
      assert.equal(torrent.state().wrongBytes, wrongBytes)
      assert.ok(content.equals(await readFile(world.path('leech/data/one.bin'))))
    })
  }

  test('one who brings a whole piece wrong is banned at once', async () => {
    await using world = await TorrentWorld.open()
    const content = Buffer.from(someBytes(4 * mebibyte))
    const source = await world.plant({ 'one.bin': content }, 'v1', 64 * 1024)
    const behind = await world.seed('behind', source)
    await using liar = await lyingProxy('127.0.0.2', behind.port, honestBytes)
    liar.open()
    const leech = await world.node('leech')
    const torrent = await leech.add({
      ...{ source, destination: world.path('leech') },
      peers: [{ host: '127.0.0.2', port: liar.port }],
    })
    await until(() => torrent.state().bannedHosts.length > 0, 20_000)
    const honest = await world.seed('honest', source)
    torrent.addPeers([{ host: '127.0.0.1', port: honest.port }])
    await seeding(torrent)
    assert.deepEqual(torrent.state().bannedHosts, ['127.0.0.2'])
    assert.equal(torrent.state().wrongBytes, 64 * 1024)
    assert.ok(content.equals(await readFile(world.path('leech/data/one.bin'))))
  })
})
