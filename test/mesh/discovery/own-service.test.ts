import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { array, assert as always, integer, property } from 'fast-check'
import { decodeDnsMessage, encodeDnsMessage } from '../../../src/mesh/discovery/dns-message.ts'
import { instanceLabel, nameOfLabel, ownRecords } from '../../../src/mesh/discovery/own-service.ts'
import { readServiceText, writeServiceText } from '../../../src/mesh/discovery/service-text.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('what a node announces of itself', () => {
  const { peerId: peer } = testIdentity('ana')
  const short = peer.slice(0, 6)
  const service = { peer, name: 'Ana’s laptop', port: 4711 }
  const eth0 = {
    name: 'eth0',
    addresses: [
      { host: '192.168.1.2', prefixBits: 24 },
      { host: 'fe80::2', prefixBits: 64 },
    ],
  }

  test('is its type, its instance, where and who it is, and its addresses on that wire', () => {
    const instance = `Ana’s laptop ${short}._fullmesh._tcp.local`
    const host = `fullmesh-${peer.slice(0, 12)}.local`
    assert.deepEqual(
      ownRecords(service, 1, eth0).map(({ type, name, ttlSeconds, flush, ...data }) => [
        type,
        name,
        ttlSeconds,
        flush,
        ...Object.values(data),
      ]),
      [
        ['PTR', '_services._dns-sd._udp.local', 4500, false, '_fullmesh._tcp.local'],
        ['PTR', '_fullmesh._tcp.local', 4500, false, instance],
        ['SRV', instance, 120, true, host, 4711],
        ['TXT', instance, 4500, true, [`id=${peer}`, 'v=1']],
        ['A', host, 120, true, '192.168.1.2'],
        ['AAAA', host, 120, true, 'fe80::2'],
      ],
    )
  })

  test('has another name and another host after a conflict', () => {
    const [first, second] = [1, 2].map((attempt) => ownRecords(service, attempt, eth0))
    const names = new Set(first?.map(({ name }) => name))
    assert.equal(instanceLabel(service, 2), `Ana’s laptop ${short} 2`)
    assert.deepEqual(
      second?.filter(({ name }) => names.has(name)).map(({ type }) => type),
      ['PTR', 'PTR'],
    )
  })

  test('fits a packet and comes out as it went in, whatever the node is called', () => {
    const eight = Array.from({ length: 12 }, (_, at) => ({ host: `10.0.0.${at}`, prefixBits: 8 }))
    always(
      property(anyText, integer({ min: 1, max: 99 }), (name, attempt) => {
        const records = ownRecords({ ...service, name }, attempt, { name: 'lan', addresses: eight })
        const message = {
          kind: 'response',
          questions: [],
          answers: records,
          authorities: [],
        } as const
        const data = encodeDnsMessage(message)
        assert.deepEqual(decodeDnsMessage(data), message)
        assert.ok(data.length < 1400)
      }),
    )
  })

  test('shows others the name that its user chose', () => {
    assert.equal(nameOfLabel(instanceLabel(service, 1), peer), 'Ana’s laptop')
    assert.equal(nameOfLabel(instanceLabel(service, 2), peer), 'Ana’s laptop')
    assert.equal(nameOfLabel(instanceLabel({ ...service, name: '' }, 1), peer), short)
    assert.equal(nameOfLabel('printer\u001b[1m', peer), 'printer [1m')
  })

  test('says who it is in a text that is read only if it is of version 1 and makes sense', () => {
    assert.equal(readServiceText(writeServiceText(peer)), peer)
    assert.equal(readServiceText(['x=y', 'V=1', `ID=${peer.toUpperCase()}`, 'id=other']), peer)
    assert.equal(readServiceText(['v=2', `id=${peer}`]), undefined)
    assert.equal(readServiceText([`id=${peer}`]), undefined)
    assert.equal(readServiceText(['v=1', 'id=nobody']), undefined)
    assert.equal(readServiceText([]), undefined)
  })
})

const anyText = array(integer({ min: 0, max: 0x10ffff }), { maxLength: 50 }).map((points) =>
  String.fromCodePoint(...points),
)
