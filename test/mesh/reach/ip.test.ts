import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, ipV4, ipV6, property, string, uint8Array } from 'fast-check'
import { formatIp, parseIp, sharesPrefix } from '../../../src/mesh/reach/ip.ts'

suite('an IP address', () => {
  const spellings: Readonly<Record<string, string>> = {
    '192.0.2.1': '192.0.2.1',
    '::ffff:192.0.2.1': '192.0.2.1',
    '::FFFF:C000:201': '192.0.2.1',
    '0:0:0:0:0:ffff:c000:0201': '192.0.2.1',
    '2001:DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '2001:0db8::0001': '2001:db8::1',
    '::': '::',
    '::1': '::1',
    '1::': '1::',
    '64:ff9b::192.0.2.1': '64:ff9b::c000:201',
    'fe80::1%eth0': 'fe80::1%eth0',
    'fe80::1%12': 'fe80::1%12',
    'fe80::1%docker_gw.100': 'fe80::1%docker_gw.100',
    '2001:db8::1%eth0': '2001:db8::1',
  }
  for (const [text, canonical] of Object.entries(spellings)) {
    test(`${text} is ${canonical}`, () => {
      const ip = parseIp(text)
      assert.ok(ip)
      assert.equal(formatIp(ip), canonical)
    })
  }

  const refused = [
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '127.0.0.01',
    '127.0.0.1.',
    ' 127.0.0.1',
    '256.0.0.1',
    '1.2.3',
    '127.0.0.1%eth0',
    ':::',
    '1::2::3',
    '12345::',
    'fe80::1%',
    'fe80::1%a%b',
    'fe80::1%a b',
    'fe80::1%"><',
    '[::1]',
    '',
  ]
  for (const text of refused) {
    test(`'${text}' is none`, () => assert.equal(parseIp(text), undefined))
  }

  test('reads back what it wrote, whatever the bytes', () => {
    always(
      property(uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const ip = parseIp(formatIp({ bytes, zone: undefined }))
        assert.deepEqual(ip?.bytes, bytes)
      }),
    )
  })

  test('has one canonical spelling, which is the one of the URL standard', () => {
    always(
      property(ipV6(), (text) => {
        const ip = parseIp(text)
        assert.ok(ip)
        if (ip.bytes.length === 16)
          assert.equal(`[${formatIp(ip)}]`, new URL(`http://[${text}]`).hostname)
      }),
    )
    always(property(ipV4(), (text) => assert.equal(formatIp(parseIp(text) ?? assert.fail()), text)))
  })

  test('is never found in arbitrary text that does not say it again', () => {
    always(
      property(string(), (text) => {
        const ip = parseIp(text)
        if (ip) assert.deepEqual(parseIp(formatIp(ip)), ip)
      }),
    )
  })

  test('shares a prefix only within its family', () => {
    const bytesOf = (text: string) => parseIp(text)?.bytes ?? assert.fail(text)
    assert.ok(sharesPrefix(bytesOf('192.168.1.1'), bytesOf('192.168.1.254'), 24))
    assert.ok(!sharesPrefix(bytesOf('192.168.1.1'), bytesOf('192.168.2.1'), 24))
    assert.ok(sharesPrefix(bytesOf('192.168.1.1'), bytesOf('192.168.1.126'), 25))
    assert.ok(!sharesPrefix(bytesOf('192.168.1.1'), bytesOf('192.168.1.129'), 25))
    assert.ok(sharesPrefix(bytesOf('::1'), bytesOf('2001::'), 0))
    assert.ok(!sharesPrefix(bytesOf('::1'), bytesOf('0.0.0.1'), 0))
  })
})
