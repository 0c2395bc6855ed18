import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConfigError, parseConfig } from '../../../src/doors/contract/config.ts'

suite('the settings', () => {
  test('are all there when nobody has set any', () => {
    const config = parseConfig(undefined)
    assert.equal(config.discovery.on, true)
    assert.equal(config.listen.port, 0)
    assert.equal(config.limits.upBytesPerSecond, null)
    assert.deepEqual(parseConfig(' \n'), config)
  })

  test('may be given in part', () => {
    const config = parseConfig('{"discovery": {"on": false}, "name": "desk"}')
    assert.equal(config.discovery.on, false)
    assert.deepEqual(config.discovery.interfaces, [])
    assert.equal(config.name, 'desk')
  })

  const wrong: Readonly<Record<string, string>> = {
    '{"listen": {"port": 70000}}': 'listen.port',
    '{"listen": {"port": "80"}}': 'listen.port',
    '{"limits": {"upBytesPerSecond": 5}}': 'limits.upBytesPerSecond',
    '{"limits": {"up": 5}}': 'limits.up',
    '{"colour": "red"}': 'colour',
    '{"rescanEveryMs": 10}': 'rescanEveryMs',
    '{"log": "loud"}': 'log',
  }
  for (const [text, key] of Object.entries(wrong)) {
    test(`name the key that is wrong: ${key} in ${text}`, () => {
      assert.throws(
        () => parseConfig(text, 'config.json'),
        (error) => {
          assert.ok(error instanceof ConfigError)
          assert.equal(error.key, key)
          assert.match(error.message, new RegExp(`^config\\.json: "${key.replace('.', '\\.')}" `))
          return true
        },
      )
    })
  }

  test('must be JSON', () => {
    assert.throws(() => parseConfig('{'), /is not JSON/)
    assert.throws(() => parseConfig('[]'), ConfigError)
  })
})
