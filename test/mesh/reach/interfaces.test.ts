import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { NetworkInterface } from '../../../src/mesh/mesh.ts'
import {
  interfaceOf,
  openInterfaces,
  prefixBitsOf,
  systemInterfaces,
} from '../../../src/mesh/reach/interfaces.ts'
import { parseIp } from '../../../src/mesh/reach/ip.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

suite('the network interfaces', () => {
  const wired = {
    name: 'eth0',
    addresses: [
      { host: '192.168.1.2', prefixBits: 24 },
      { host: '2001:db8:1::2', prefixBits: 64 },
      { host: 'fe80::2', prefixBits: 64 },
    ],
  }
  const wireless = { name: 'wlan0', addresses: [{ host: '192.168.2.2', prefixBits: 24 }] }

  test('of this computer are found, loopback among them', () => {
    const loopback = interfaceOf(ip('127.0.0.1'), systemInterfaces())
    assert.deepEqual(loopback?.addresses[0], { host: '127.0.0.1', prefixBits: 8 })
  })

  test('tell when they have changed, and only then', async () => {
    const clock = new ManualClock()
    let system: readonly NetworkInterface[] = [wired]
    const heard: string[][] = []
    {
      using interfaces = openInterfaces(clock, () => system)
      interfaces.changed.subscribe((all) => heard.push(all.map(({ name }) => name)))
      await clock.advance(20_000)
      assert.deepEqual(heard, [])
      system = [wired, wireless]
      await clock.advance(5_000)
      system = [wireless]
      await clock.advance(5_000)
      assert.deepEqual(interfaces.all(), [wireless])
    }
    assert.deepEqual(heard, [['eth0', 'wlan0'], ['wlan0']])
    assert.equal(clock.pending, 0)
  })

  test('are not taken for the whole internet because of a strange mask', () => {
    const masks = [null, '', '192.168.1.2', '192.168.1.2/0', '192.168.1.2/x', '192.168.1.2/7']
    for (const cidr of masks) assert.equal(prefixBitsOf(ip('192.168.1.2'), cidr), 32)
    assert.equal(prefixBitsOf(ip('10.1.2.3'), '10.1.2.3/8'), 8)
    assert.equal(prefixBitsOf(ip('2a00::1'), '2a00::1/31'), 128)
    assert.equal(prefixBitsOf(ip('2a00::1'), '2a00::1/64'), 64)
  })

  test('are known by what is on their wire', () => {
    const all = [wired, wireless]
    const name = (text: string) => interfaceOf(ip(text), all)?.name
    assert.equal(name('192.168.1.200'), 'eth0')
    assert.equal(name('192.168.2.200'), 'wlan0')
    assert.equal(name('192.168.3.200'), undefined)
    assert.equal(name('2001:db8:1::77'), 'eth0')
    assert.equal(name('2001:db8:2::77'), undefined)
    assert.equal(name('fe80::77%wlan0'), 'wlan0')
    assert.equal(name('fe80::77%eth9'), undefined)
  })
})

function ip(text: string) {
  return parseIp(text) ?? assert.fail(text)
}
