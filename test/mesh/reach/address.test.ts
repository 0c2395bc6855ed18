import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  assert as always,
  constantFrom,
  integer,
  ipV4,
  ipV6,
  oneof,
  property,
  string,
} from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import { formatAddress, parseAddress } from '../../../src/mesh/reach/address.ts'

suite('an address', () => {
  test('is a host and a port', () => {
    assert.deepEqual(parseAddress('192.0.2.1:4711', 'peer'), { host: '192.0.2.1', port: 4711 })
    assert.deepEqual(parseAddress('[2001:DB8::01]:4711', 'peer'), {
      host: '2001:db8::1',
      port: 4711,
    })
    assert.deepEqual(parseAddress('[fe80::1%eth0]:1', 'lan'), { host: 'fe80::1%eth0', port: 1 })
    assert.deepEqual(parseAddress('[::ffff:127.0.0.1]:80', 'peer'), { host: '127.0.0.1', port: 80 })
  })

  test('may have a host name, but only from the user', () => {
    assert.deepEqual(parseAddress('Ana.Example:4711', 'user'), { host: 'ana.example', port: 4711 })
    assert.deepEqual(parseAddress('localhost:1', 'user'), { host: 'localhost', port: 1 })
    for (const origin of ['host', 'lan', 'peer'] as const) {
      assert.throws(() => parseAddress('ana.example:4711', origin), MalformedError)
    }
  })

  const refused = [
    '192.0.2.1',
    '192.0.2.1:',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    '192.0.2.1:+80',
    '192.0.2.1: 80',
    '192.0.2.1:123456',
    '2001:db8::1:4711',
    '[2001:db8::1]',
    '[192.0.2.1:80',
    '[ana.example]:80',
    ':80',
    '-ana:80',
    'ana..example:80',
    'ana_example:80',
    'ana.example.:80',
    `${'a'.repeat(64)}:80`,
    `${'a.'.repeat(127)}aa:80`,
    'http://ana.example:80',
    'ana@bob:80',
    'ana.example:80\n',
  ]
  for (const text of refused) {
    test(`${JSON.stringify(text.slice(0, 30))} is none`, () => {
      assert.throws(() => parseAddress(text, 'user'), MalformedError)
    })
  }

  for (const host of [
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.01',
    '1.2.3.0x4',
    'a.0x',
  ]) {
    test(`${host}, which resolvers take for an IPv4 address, is none`, () => {
      assert.throws(() => parseAddress(`${host}:80`, 'user'), MalformedError)
    })
  }

  test('reads back what it wrote', () => {
    const host = oneof(
      ipV4(),
      ipV6().map((ip) => `[${ip}]`),
      constantFrom('ana.example', 'localhost'),
    )
    always(
      property(host, integer({ min: 1, max: 65_535 }), (name, port) => {
        const address = parseAddress(`${name}:${port}`, 'user')
        assert.deepEqual(parseAddress(formatAddress(address), 'user'), address)
      }),
    )
  })

  test('refuses everything else with an error of its own', () => {
    always(
      property(string(), (text) => {
        try {
          parseAddress(text, 'peer')
        } catch (error) {
          assert.ok(error instanceof MalformedError)
        }
      }),
    )
  })
})
