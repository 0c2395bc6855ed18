import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { KnownAddress, Neighbour } from '../../../src/mesh/mesh.ts'
import { orderedCandidates } from '../../../src/mesh/reach/candidates.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('the order in which a peer’s addresses are dialled', () => {
  const interfaces = [
    {
      name: 'eth0',
      addresses: [
        { host: '192.168.1.2', prefixBits: 24 },
        { host: 'fd01::2', prefixBits: 64 },
      ],
    },
  ]

  test('is what is on the wire first, IPv6 and IPv4 in turn, then what was good last, names last', () => {
    const known = [
      address('ana.example', 90),
      address('9.9.9.1', 10),
      address('9.9.9.2', 20),
      address('2a00::1'),
      address('192.168.7.7', 5),
      address('192.168.1.7'),
      address('fd01::7'),
    ]
    assert.deepEqual(hosts(undefined, known), [
      'fd01::7',
      '192.168.1.7',
      '2a00::1',
      '9.9.9.2',
      '9.9.9.1',
      '192.168.7.7',
      'ana.example',
    ])
  })

  test('has each address once, with the word of whoever saw it on the wire', () => {
    const seen = neighbour('192.168.1.7', 'fe80::7%eth0', '127.0.0.1')
    const candidates = orderedCandidates(seen, [address('192.168.1.7', 10)], interfaces)
    assert.deepEqual(
      candidates.map(({ address: { host }, origin, reachedMs }) => [host, origin, reachedMs]),
      [
        ['fe80::7%eth0', 'lan', undefined],
        ['192.168.1.7', 'lan', 10],
        ['127.0.0.1', 'host', undefined],
      ],
    )
  })

  function hosts(seen: Neighbour | undefined, known: readonly KnownAddress[]): string[] {
    return orderedCandidates(seen, known, interfaces).map((one) => one.address.host)
  }
})

function address(host: string, reachedMs?: number): KnownAddress {
  return { host, port: 4711, origin: 'user', reachedMs }
}

function neighbour(...hosts: readonly string[]): Neighbour {
  const addresses = hosts.map((host) => ({ host, port: 4711 }))
  return { peer: testIdentity('ana').peerId, name: 'Ana', addresses }
}
