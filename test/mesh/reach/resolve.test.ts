import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ForbiddenAddressError, OfflineError } from '../../../src/mesh/errors.ts'
import { resolveAddress } from '../../../src/mesh/reach/resolve.ts'

suite('resolving an address', () => {
  const at = (host: string) => ({ host, port: 4711 })
  const noLookup = () => Promise.reject(new Error('nothing is to be looked up'))

  test('leaves an IP address as it is, and asks nobody', async () => {
    assert.deepEqual(await resolveAddress(at('::ffff:9.9.9.9'), 'peer', noLookup), [at('9.9.9.9')])
  })

  test('refuses an IP address that whoever named it may not name', async () => {
    await assert.rejects(
      resolveAddress(at('::ffff:a00:1'), 'peer', noLookup),
      ForbiddenAddressError,
    )
  })

  test('dials what a name was checked as, so that a second answer changes nothing', async () => {
    const answers = [['9.9.9.9'], ['127.0.0.1']]
    const rebinding = async () => answers.shift() ?? []
    assert.deepEqual(await resolveAddress(at('ana.example'), 'peer', rebinding), [at('9.9.9.9')])
  })

  test('leaves out the forbidden ones among the addresses of a name', async () => {
    const lookUp = async () => ['169.254.169.254', 'fd00:ec2::254', '2a00::1', '0.0.0.0', '9.9.9.9']
    const found = await resolveAddress(at('ana.example'), 'user', lookUp)
    assert.deepEqual(found, [at('2a00::1'), at('9.9.9.9')])
  })

  test('refuses a name that means nothing but forbidden addresses', async () => {
    const lookUp = async () => ['127.0.0.1', '::1']
    await assert.rejects(resolveAddress(at('ana.example'), 'peer', lookUp), ForbiddenAddressError)
    assert.equal((await resolveAddress(at('localhost'), 'user', lookUp)).length, 2)
  })

  test('takes no more than eight addresses of one name', async () => {
    const lookUp = async () => Array.from({ length: 50 }, (_, number) => `9.9.9.${number}`)
    assert.equal((await resolveAddress(at('ana.example'), 'user', lookUp)).length, 8)
  })

  test('says when a name has no address or can’t be looked up', async () => {
    await assert.rejects(
      resolveAddress(at('ana.example'), 'user', async () => []),
      OfflineError,
    )
    await assert.rejects(resolveAddress(at('ana.example'), 'user', noLookup), OfflineError)
  })
})
