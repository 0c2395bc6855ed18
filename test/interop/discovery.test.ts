import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { startAvahi } from '../kit/avahi.ts'
import type { Avahi } from '../kit/avahi.ts'
import { openTown, townMissing } from '../kit/namespaces.ts'
import type { Host } from '../kit/namespaces.ts'
import type { RunningCommand } from '../kit/running-command.ts'
import { testIdentity } from '../kit/test-identity.ts'

suite('three hosts on a bridge', { skip: townMissing() }, () => {
  test('find each other, are seen by Avahi next to them, and are gone when they say goodbye', async () => {
    await using town = await openTown('ana', 'bob', 'eve')
    const hosts = ['ana', 'bob', 'eve'].map((name) => town.host(name))
    const [ana, bob, eve] = hosts.map(startNode)
    assert.ok(ana && bob && eve)
    for (const node of [ana, bob, eve]) await node.until(/open/)
    await ana.until(sees('bob', 'eve'))
    await bob.until(sees('ana', 'eve'))
    await eve.until(sees('ana', 'bob'))

    // Avahi comes last and shares the port on a host where a node has it already.
    await using avahi = await startAvahi(town.host('eve'))
    assert.match(await avahi.browse('-at', '--no-db-lookup'), /_fullmesh\._tcp/)
    const resolved = await avahi.browse('-rtp', '_fullmesh._tcp')
    for (const { name, ipv4, ipv6 } of hosts) {
      const { peerId } = testIdentity(name)
      const lines = resolved.split('\n').filter((line) => line.includes(`id=${peerId}`))
      assert.ok(
        lines.every((line) => line.includes('"v=1"') && line.includes(';4711;')),
        resolved,
      )
      const shown = lines.map((line) => line.split(';')[7])
      assert.ok(shown.includes(ipv4), `no ${ipv4} in ${resolved}`)
      const computer = `fullmesh-${peerId.slice(0, 12)}.local`
      assert.equal(await avahi.resolve(computer, 4), ipv4)
      assert.match(await avahi.resolve(computer, 6), new RegExp(`^(?:${ipv6}|fe80:.*)$`))
    }

    await bob.stop()
    await ana.until(/(?:^|\n)(?!.*"bob")(?=.*"eve").*\n$/)
    await untilGone(avahi, 'bob')
  })

  test('find each other also where Avahi was first', async () => {
    await using town = await openTown('ana', 'bob')
    await using first = await startAvahi(town.host('ana'))
    await using second = await startAvahi(town.host('bob'))
    const [ana, bob] = ['ana', 'bob'].map((name) => startNode(town.host(name)))
    assert.ok(ana && bob)
    await ana.until(sees('bob'))
    await bob.until(sees('ana'))
    for (const avahi of [first, second]) {
      const resolved = await avahi.browse('-rtp', '_fullmesh._tcp')
      for (const name of ['ana', 'bob'])
        assert.ok(resolved.includes(testIdentity(name).peerId), resolved)
    }
  })

  test('follow one another to new addresses and networks', async () => {
    await using town = await openTown('ana', 'bob')
    const [ana, bob] = ['ana', 'bob'].map((name) => startNode(town.host(name)))
    assert.ok(ana && bob)
    await ana.until(sees('bob'))
    await town.host('bob').run('ip', 'addr', 'add', '10.77.0.99/24', 'dev', 'eth0')
    await ana.until(/"10\.77\.0\.99"/)
    await town.host('bob').run('ip', 'link', 'set', 'eth0', 'down')
    await bob.until(/\n\[\]\n/)
    await town.host('bob').run('ip', 'link', 'set', 'eth0', 'up')
    await bob.until(/\n\[\]\n(?:.*\n)*.*"ana"/)
  })
})

function startNode(host: Host): RunningCommand {
  const script = join(import.meta.dirname, 'discovery-node.ts')
  return host.start(process.execPath, [script, host.name, '4711'])
}

/** A line that names all of these. */
function sees(...names: readonly string[]): RegExp {
  return new RegExp(`\\n${names.map((name) => `(?=.*"${name}")`).join('')}.*\\n`)
}

/** Avahi keeps for a second what it was told to forget (RFC 6762, section 10.1). */
async function untilGone(avahi: Avahi, name: string): Promise<void> {
  for (let looks = 0; looks < 30; looks++) {
    // Without -r: it would wait for the address of what goes away meanwhile.
    const seen = await avahi.browse('-tp', '_fullmesh._tcp')
    if (!seen.includes(`;${name}\\032`)) return
  }
  assert.fail('Avahi still lists it')
}
