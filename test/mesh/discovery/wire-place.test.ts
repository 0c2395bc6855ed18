import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { dialableOn, isOnWire, wirePlaces } from '../../../src/mesh/discovery/wire-place.ts'
import type { NetworkInterface } from '../../../src/mesh/mesh.ts'

const lo = network('lo', ['127.0.0.1', 8], ['::1', 128])
const eth0 = network('eth0', ['192.168.1.2', 24], ['fe80::2', 64], ['2001:db8::2', 64])
const wlan0 = network('wlan0', ['10.1.2.3', 16])
const everywhere = { host: '::', port: 4711 }

suite('the wires on which a node announces itself', () => {
  test('are all interfaces by each family that they have, without loopback', () => {
    assert.deepEqual(wires(everywhere), ['eth0 IPv4', 'eth0 IPv6', 'wlan0 IPv4'])
  })

  test('are those that the user named, loopback too', () => {
    assert.deepEqual(wires(everywhere, ['wlan0', 'lo', 'eth9']), ['lo IPv4', 'wlan0 IPv4'])
    assert.deepEqual(wires(everywhere, []), [])
  })

  test('are the one on which the node listens, if it listens on one', () => {
    assert.deepEqual(wires({ host: '127.0.0.1', port: 1 }), ['lo IPv4'])
    assert.deepEqual(wires({ host: '192.168.1.2', port: 1 }), ['eth0 IPv4'])
    assert.deepEqual(wires({ host: '192.168.1.2', port: 1 }, ['wlan0']), [])
    const [place] = wirePlaces([lo, eth0], {
      listening: { host: '192.168.1.2', port: 1 },
      only: undefined,
    })
    assert.deepEqual(place?.at.addresses, [{ host: '192.168.1.2', prefixBits: 24 }])
  })

  test('are those of 16 interfaces at most', () => {
    const many = Array.from({ length: 50 }, (_, at) => network(`veth${at}`, [`10.${at}.0.1`, 24]))
    assert.equal(wirePlaces(many, { listening: everywhere, only: undefined }).length, 16)
  })

  function wires(listening: typeof everywhere, only?: readonly string[]): string[] {
    return wirePlaces([lo, eth0, wlan0], { listening, only }).map(
      ({ at, family }) => `${at.name} ${family}`,
    )
  }
})

suite('what comes by a wire', () => {
  const [onLo] = wirePlaces([lo], { listening: everywhere, only: ['lo'] })
  const [onEth] = wirePlaces([eth0], { listening: everywhere, only: undefined })
  assert.ok(onLo && onEth)

  test('is taken only from whoever is on it', () => {
    for (const source of ['192.168.1.77', 'fe80::9%eth0', '2001:db8::9', '192.168.1.2']) {
      assert.ok(isOnWire(source, onEth), source)
    }
    for (const source of [
      '192.168.2.77',
      'fe80::9%wlan0',
      '2001:db8:1::9',
      '9.9.9.9',
      '127.0.0.1',
      'x',
    ]) {
      assert.ok(!isOnWire(source, onEth), source)
    }
  })

  test('makes this node dial nothing but what is on the same wire', () => {
    const dialable: Readonly<Record<string, string>> = {
      '192.168.1.77': '192.168.1.77',
      'fe80::9': 'fe80::9%eth0',
      '2001:db8::9': '2001:db8::9',
    }
    for (const [host, full] of Object.entries(dialable)) assert.equal(dialableOn(onEth, host), full)
    const forbidden = [
      '192.168.2.77',
      '10.1.2.3',
      '127.0.0.1',
      '::1',
      '169.254.169.254',
      'fe80::a9fe:a9fe',
      '9.9.9.9',
      '2a00::1',
      '224.0.0.251',
      '0.0.0.0',
      'name.local',
    ]
    for (const host of forbidden) assert.equal(dialableOn(onEth, host), undefined, host)
  })

  test('leads to this computer only if it came from this computer', () => {
    assert.equal(dialableOn(onLo, '127.0.0.1'), '127.0.0.1')
    assert.equal(dialableOn(onLo, '192.168.1.2'), undefined)
  })

  test('never leads to where a cloud answers its machines, be it on the wire', () => {
    const cloud = network('eth0', ['169.254.3.4', 16])
    const [place] = wirePlaces([cloud], { listening: everywhere, only: undefined })
    assert.equal(dialableOn(place!, '169.254.7.7'), '169.254.7.7')
    assert.equal(dialableOn(place!, '169.254.169.254'), undefined)
  })
})

function network(
  name: string,
  ...addresses: readonly (readonly [string, number])[]
): NetworkInterface {
  return { name, addresses: addresses.map(([host, prefixBits]) => ({ host, prefixBits })) }
}
