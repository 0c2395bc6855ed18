import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ForbiddenAddressError } from '../../../src/mesh/errors.ts'
import type { AddressOrigin } from '../../../src/mesh/mesh.ts'
import { checkDial, mayDial, originOfTeller } from '../../../src/mesh/reach/address-policy.ts'
import { classOf } from '../../../src/mesh/reach/address-ranges.ts'
import type { AddressClass } from '../../../src/mesh/reach/address-ranges.ts'
import { parseIp } from '../../../src/mesh/reach/ip.ts'
import type { Ip } from '../../../src/mesh/reach/ip.ts'

/** First and last of each range, and what stands beside it. */
const members: Readonly<Record<AddressClass, readonly string[]>> = {
  global: [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::',
    '2001:db7:ffff::1',
    '2003::1',
    '2a00:1450::1',
    '3ffe:ffff::1',
  ],
  private: [
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '192.168.255.255',
    'fc00::',
    'fdff:ffff::1',
  ],
  'link-local': ['169.254.0.0', '169.254.255.255', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  reserved: [
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.255',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.175.48.1',
    '240.0.0.1',
    '255.255.255.254',
    '2001:db8::1',
    '3fff::1',
    '2620:4f:8000::1',
    // Each of these carries 127.0.0.1: compatible, NAT64 (well-known and local), 6to4, Teredo.
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001::80ff:fffe',
    '100::1',
    '5f00::1',
    'fec0::1',
    '4000::1',
  ],
  metadata: [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '169.254.170.2',
    '169.254.0.23',
    '169.254.42.42',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fe80::a9fe:a9fe%eth0',
  ],
  nowhere: [
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '::',
    'ff02::1',
  ],
}

const allowed: Readonly<Record<AddressClass, readonly AddressOrigin[]>> = {
  global: ['user', 'host', 'lan', 'peer'],
  private: ['user', 'host', 'lan'],
  'link-local': ['user', 'host', 'lan'],
  loopback: ['user', 'host'],
  reserved: ['user', 'host', 'lan'],
  metadata: [],
  nowhere: [],
}

suite('the policy on addresses', () => {
  for (const [expected, texts] of Object.entries(members)) {
    test(`${texts.join(', ')} are ${expected}`, () => {
      for (const text of texts) assert.equal(classOf(ip(text)), expected, text)
    })
  }

  for (const [kind, origins] of Object.entries(allowed) as [AddressClass, AddressOrigin[]][]) {
    test(`${kind} addresses are dialled on the word of ${origins.join(', ') || 'nobody'} only`, () => {
      for (const text of members[kind]) {
        for (const origin of ['user', 'host', 'lan', 'peer'] as const) {
          assert.equal(
            mayDial(ip(text), origin),
            origins.includes(origin),
            `${text} from ${origin}`,
          )
        }
      }
    })
  }

  test('says which address it refuses, and on whose word', () => {
    assert.throws(
      () => checkDial(ip('::ffff:127.0.0.1'), 'peer'),
      (error) =>
        error instanceof ForbiddenAddressError &&
        /127\.0\.0\.1.*loopback.*peer/.test(error.message),
    )
    checkDial(ip('127.0.0.1'), 'user')
  })

  test('whoever is near may name what is near, whoever is far may not', () => {
    const tellers: Readonly<Record<string, AddressOrigin>> = {
      '127.0.0.1': 'host',
      '::1': 'host',
      '192.168.1.7': 'lan',
      'fe80::1%eth0': 'lan',
      'fd12::1': 'lan',
      '9.9.9.9': 'peer',
      '2a00::1': 'peer',
      '192.0.2.1': 'peer',
    }
    for (const [text, origin] of Object.entries(tellers)) {
      assert.equal(originOfTeller(ip(text), false), origin, text)
    }
  })

  test('a contact whom the user trusts may name private networks from anywhere, but not this computer', () => {
    assert.equal(originOfTeller(ip('9.9.9.9'), true), 'lan')
    assert.equal(originOfTeller(undefined, true), 'lan')
    assert.equal(originOfTeller(undefined, false), 'peer')
    assert.equal(mayDial(ip('127.0.0.1'), originOfTeller(ip('9.9.9.9'), true)), false)
  })
})

function ip(text: string): Ip {
  return parseIp(text) ?? assert.fail(`${text} is no IP address`)
}
