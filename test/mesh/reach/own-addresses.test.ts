import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ownAddresses } from '../../../src/mesh/reach/own-addresses.ts'

suite('the addresses that a node names as its own', () => {
  test('begin with those that are good everywhere, IPv6 first', () => {
    assert.deepEqual(
      hosts([
        ['127.0.0.1', '::1'],
        ['192.168.1.2', 'fe80::2', 'fd00::2', '2a00::2'],
        ['9.9.9.9', '169.254.3.4', '10.0.0.2'],
      ]),
      ['2a00::2', '9.9.9.9', 'fd00::2', '192.168.1.2', '10.0.0.2'],
    )
  })

  test('are loopback only when there is nothing else', () => {
    assert.deepEqual(hosts([['127.0.0.1', '::1'], ['fe80::2']]), ['::1', '127.0.0.1'])
    assert.deepEqual(hosts([['127.0.0.1'], ['192.0.2.2']]), ['192.0.2.2'])
    assert.deepEqual(hosts([]), [])
  })

  test('are few, and each stands once', () => {
    const many = Array.from({ length: 20 }, (_, at) => `10.0.0.${at + 1}`)
    assert.equal(hosts([many]).length, 8)
    assert.deepEqual(hosts([['10.0.0.2'], ['10.0.0.2']]), ['10.0.0.2'])
  })
})

function hosts(interfaces: readonly (readonly string[])[]): string[] {
  const all = interfaces.map((texts, at) => ({
    name: `if${at}`,
    addresses: texts.map((host) => ({ host, prefixBits: host.includes(':') ? 64 : 24 })),
  }))
  return ownAddresses(all, 4711).map(({ host, port }) => {
    assert.equal(port, 4711)
    return host
  })
}
