import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { hostKey } from '../../../src/mesh/gate/host-key.ts'

suite('what counts as one address', () => {
  test('is each IPv4 address, however it is spelt', () => {
    assert.equal(hostKey('192.0.2.7'), '192.0.2.7')
    assert.equal(hostKey('::ffff:192.0.2.7'), '192.0.2.7')
    assert.notEqual(hostKey('192.0.2.7'), hostKey('192.0.2.8'))
  })

  test('is the whole /64 network of an IPv6 address', () => {
    assert.equal(hostKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
    assert.equal(hostKey('2001:db8:1:2::1'), hostKey('2001:db8:1:2:ffff::9'))
    assert.notEqual(hostKey('2001:db8:1:2::1'), hostKey('2001:db8:1:3::1'))
    assert.equal(hostKey('fe80::1%eth0'), hostKey('fe80::2%eth1'))
  })

  test('is the text itself when it is no address', () => {
    assert.equal(hostKey(''), '')
    assert.equal(hostKey('home.example'), 'home.example')
  })
})
