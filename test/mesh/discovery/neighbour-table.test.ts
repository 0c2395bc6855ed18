import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sha256 } from '../../../src/base/bytes.ts'
import type { DnsRecord } from '../../../src/mesh/discovery/dns-message.ts'
import { NeighbourTable } from '../../../src/mesh/discovery/neighbour-table.ts'
import { ownRecords } from '../../../src/mesh/discovery/own-service.ts'
import { peerIdOf } from '../../../src/mesh/identity/peer-id.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const ana = testIdentity('ana').peerId
const source = '192.168.1.2'

suite('what a wire has said about nodes', () => {
  test('makes a neighbour of who, where and at which addresses', () => {
    const table = newTable()
    table.learn(recordsOf(ana, [source, '192.168.1.3']), source, 0)
    assert.deepEqual(table.neighbours(), [
      {
        peer: ana,
        name: 'Node',
        addresses: [
          { host: '192.168.1.2', port: 4711 },
          { host: '192.168.1.3', port: 4711 },
        ],
      },
    ])
  })

  test('makes none while anything of that is missing, and asks for it three times', () => {
    const table = newTable()
    table.learn(
      recordsOf(ana, [source]).filter(({ type }) => type === 'PTR'),
      source,
      0,
    )
    assert.deepEqual(table.neighbours(), [])
    const asked: number[] = []
    for (let nowMs = 0; table.dueMs() < Infinity; nowMs += 500) {
      table.expire(nowMs)
      if (table.takeQuestions(nowMs).length > 0) asked.push(nowMs)
    }
    assert.deepEqual(asked, [0, 1_000, 4_000])
  })

  test('is asked for again before it runs out, and forgotten when nobody answers', () => {
    const table = newTable()
    table.learn(recordsOf(ana, [source]), source, 0)
    const asked: number[] = []
    let goneMs: number | undefined
    for (let nowMs = 0; nowMs <= 130_000; nowMs += 1_000) {
      table.expire(nowMs)
      if (table.takeQuestions(nowMs).length > 0) asked.push(nowMs)
      if (table.neighbours().length === 0) goneMs ??= nowMs
    }
    assert.deepEqual(asked, [98_000, 104_000, 110_000, 116_000])
    assert.equal(goneMs, 120_000)
    assert.equal(table.dueMs(), Infinity)
  })

  test('stays for as long as it is answered', () => {
    const table = newTable()
    for (let nowMs = 0; nowMs <= 3_600_000; nowMs += 1_000) {
      table.expire(nowMs)
      if (nowMs === 0 || table.takeQuestions(nowMs).length > 0) {
        table.learn(recordsOf(ana, [source]), source, nowMs)
      }
      assert.equal(table.neighbours().length, 1)
    }
  })

  test('is forgotten at a goodbye, whichever record says it', () => {
    for (const type of ['PTR', 'SRV', 'TXT'] as const) {
      const table = newTable()
      const records = recordsOf(ana, [source])
      table.learn(records, source, 0)
      table.learn(goodbye(records.filter((record) => record.type === type)), source, 1)
      assert.deepEqual(table.neighbours(), [])
      assert.deepEqual(table.knownAnswers(1), [])
    }
  })

  test('moves with the node: addresses that it no longer names are gone', () => {
    const table = newTable()
    table.learn(recordsOf(ana, ['192.168.1.2']), source, 0)
    table.learn(recordsOf(ana, ['192.168.1.9']), source, 5_000)
    assert.deepEqual(addressesIn(table), ['192.168.1.9'])
    table.learn(goodbye(recordsOf(ana, ['192.168.1.9']).slice(-1)), source, 6_000)
    assert.deepEqual(addressesIn(table), [])
  })

  test('keeps no address that may not be dialled', () => {
    const table = newTable()
    table.learn(recordsOf(ana, ['10.0.0.1', source, '127.0.0.1']), source, 0)
    assert.deepEqual(addressesIn(table), [source])
  })

  test('keeps eight addresses of a node at most', () => {
    const table = newTable()
    for (let part = 0; part < 4; part++) {
      const hosts = Array.from({ length: 8 }, (_, at) => `192.168.1.${part * 8 + at}`)
      table.learn(recordsOf(ana, hosts), source, part)
    }
    assert.equal(addressesIn(table).length, 8)
  })

  test('keeps no addresses of computers on which there is no node', () => {
    const table = newTable()
    table.learn(recordsOf(ana, [source]).slice(-1), source, 0)
    table.learn(recordsOf(ana, [source]).slice(0, -1), source, 0)
    assert.deepEqual(addressesIn(table), [])
  })

  test('keeps 16 nodes of one computer and 256 in all', () => {
    const table = newTable()
    for (let number = 0; number < 100; number++) {
      table.learn(recordsOf(peer(number), [source]), source, 0)
    }
    assert.equal(table.neighbours().length, 16)
    for (let number = 0; number < 400; number++) {
      const from = `192.168.1.${number >> 1}`
      table.learn(recordsOf(peer(1_000 + number), [from]), from, 0)
    }
    assert.equal(table.neighbours().length, 256)
  })

  test('is believed for 75 minutes at most, and asked for every 8 s at most', () => {
    const table = newTable()
    const records = recordsOf(ana, [source])
    table.learn(
      records.map((record) => ({ ...record, ttlSeconds: 2 ** 31 })),
      source,
      0,
    )
    table.expire(75 * 60_000)
    assert.deepEqual(table.neighbours(), [])
    table.learn(
      records.map((record) => ({ ...record, ttlSeconds: 1 })),
      source,
      0,
    )
    assert.ok(table.dueMs() >= 8_000)
  })

  test('is no node when it does not say who it is, or is of another version', () => {
    const table = newTable()
    for (const strings of [['v=1'], ['v=2', `id=${ana}`], ['v=1', 'id=x']]) {
      const records = recordsOf(ana, [source]).map((record) =>
        record.type === 'TXT' ? { ...record, strings } : record,
      )
      table.learn(records, source, 0)
      assert.deepEqual(table.neighbours(), [])
    }
  })

  test('of other types is not ours to keep', () => {
    const table = newTable()
    const foreign = JSON.parse(
      JSON.stringify(recordsOf(ana, [source])).replaceAll('_fullmesh', '_http'),
    ) as DnsRecord[]
    table.learn(foreign, source, 0)
    assert.equal(table.dueMs(), Infinity)
  })

  test('need not be told again while it holds for half of its time', () => {
    const table = newTable()
    const records = recordsOf(ana, [source])
    table.learn(records, source, 0)
    const [known] = table.knownAnswers(1_000_000)
    assert.deepEqual({ ...records[1], ttlSeconds: 3_500 }, known)
    assert.deepEqual(table.knownAnswers(2_251_000), [])
  })

  test('is asked in small packets', () => {
    const table = newTable()
    for (let number = 0; number < 100; number++) {
      const from = `192.168.1.${number}`
      table.learn(recordsOf(peer(number), [from]), from, 0)
    }
    assert.equal(table.takeQuestions(119_000).length, 10)
    assert.equal(table.knownAnswers(0).length, 8)
  })
})

function newTable(): NeighbourTable {
  return new NeighbourTable({
    dialable: (host) => (host.startsWith('192.168.1.') ? host : undefined),
    fraction: () => 0.5,
  })
}

/** Nobody has to prove to be it, so that it needs no key. */
function peer(number: number): PeerId {
  return peerIdOf(sha256(Buffer.from(`peer ${number}`)))
}

function recordsOf(of: PeerId, hosts: readonly string[]): DnsRecord[] {
  const addresses = hosts.map((host) => ({ host, prefixBits: 24 }))
  return ownRecords({ peer: of, name: 'Node', port: 4711 }, 1, { name: 'eth0', addresses })
}

function goodbye(records: readonly DnsRecord[]): DnsRecord[] {
  return records.map((record) => ({ ...record, ttlSeconds: 0 }))
}

function addressesIn(table: NeighbourTable): string[] {
  return table.neighbours().flatMap(({ addresses }) => addresses.map(({ host }) => host))
}
