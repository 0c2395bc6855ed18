import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { formatIp } from '../../../src/mesh/reach/ip.ts'
import { remoteIp } from '../../../src/mesh/reach/remote-ip.ts'

suite('the far end of a link', () => {
  const remotes: Readonly<Record<string, string | undefined>> = {
    '9.9.9.9': '9.9.9.9',
    '9.9.9.9:4711': '9.9.9.9',
    '::ffff:9.9.9.9': '9.9.9.9',
    '[::ffff:9.9.9.9]:4711': '9.9.9.9',
    'fe80::1%eth0': 'fe80::1%eth0',
    '[2a00::1]:4711': '2a00::1',
    'a hub': undefined,
    '': undefined,
  }
  for (const [remote, expected] of Object.entries(remotes)) {
    test(`'${remote}' is ${expected ?? 'no IP address'}`, () => {
      const ip = remoteIp({ remote })
      assert.equal(ip && formatIp(ip), expected)
    })
  }
})
