import assert from 'node:assert/strict'
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { suite, test } from 'node:test'
import { errorKinds } from '../../../src/base/errors.ts'
import { failureSchema } from '../../../src/doors/contract/failure.ts'
import { openFakeNode } from '../../kit/doors/fake-node.ts'
import { ask } from '../../kit/doors/socket-request.ts'
import { watchLeaks } from '../../kit/leaks.ts'

suite('the socket of the local API', () => {
  test('is for this user alone', async () => {
    await using _ = watchLeaks()
    await using node = await openFakeNode()
    assert.equal((await lstat(node.socketPath)).mode & 0o777, 0o600)
    assert.equal((await lstat(dirname(node.socketPath))).mode & 0o777, 0o700)
  })

  test('answers what the contract says', async () => {
    await using node = await openFakeNode()
    const { status, json } = await ask(node, 'GET', '/api/v1/status')
    assert.equal(status, 200)
    assert.deepEqual(Object.entries(json)[0], ['schema', 'fullmesh.status/1'])
  })
})

suite('the description of the local API', () => {
  test('is had from the node itself', async () => {
    await using node = await openFakeNode()
    const { status, json } = await ask(node, 'GET', '/api/v1/openapi.json')
    assert.equal(status, 200)
    assert.equal(Object.entries(json)[0]?.[1], '3.1.0')
  })
})

suite('a request that can not be done', () => {
  type Asked = readonly [method: string, path: string, body?: string]
  const requests: readonly (readonly [string, number, Asked, RegExp])[] = [
    ['for no operation', 501, ['GET', '/api/v1/nothing'], /no such operation/],
    ['of another version', 501, ['GET', '/api/v2/status'], /version 1/],
    ['by another method', 501, ['DELETE', '/api/v1/status'], /no such operation/],
    ['for what is not there', 404, ['GET', '/api/v1/shares/Nothing'], /share nothing called/],
    ['with an unknown field', 400, ['GET', '/api/v1/peers?colour=red'], /colour/],
    ['with a wrong field', 400, ['GET', '/api/v1/entries?limit=0'], /"limit"/],
    ['with a body that is no JSON', 400, ['POST', '/api/v1/shares', '{'], /not JSON/],
    ['with a body that is no object', 400, ['POST', '/api/v1/shares', '[]'], /JSON object/],
    ['with a relative folder', 400, ['POST', '/api/v1/shares', '{"folder":"x"}'], /absolute/],
    ['with a body without end', 400, ['POST', '/api/v1/shares', 'x'.repeat(300_000)], /too large/],
  ]
  for (const [what, status, request, message] of requests) {
    test(`${what} is answered ${status} and why`, async () => {
      await using node = await openFakeNode()
      const answer = await ask(node, ...request)
      const failure = failureSchema.parse(answer.json)
      assert.match(failure.message, message)
      assert.equal(answer.status, status)
      assert.equal(errorKinds[failure.kind].http, status)
    })
  }

  test('is refused unless its body says that it is JSON', async () => {
    await using node = await openFakeNode()
    const answer = await ask(node, 'POST', '/api/v1/stop', '{}', { 'content-type': 'text/plain' })
    assert.equal(answer.status, 400)
    assert.equal(node.backend.stopped, false)
  })

  test('by a bug is told in short and logged whole', async () => {
    await using node = await openFakeNode()
    const { shares, surroundings } = node.backend
    shares.all = () => {
      throw new TypeError('secret detail of the bug')
    }
    const answer = await ask(node, 'GET', '/api/v1/shares')
    assert.equal(answer.status, 500)
    assert.doesNotMatch(JSON.stringify(answer.json), /secret detail/)
    const [logged] = surroundings.log.lines
    assert.match(String(logged?.error), /secret detail/)
  })
})

suite('a door that closes', () => {
  test('ends what is under way, and leaves nothing open', async () => {
    await using _ = watchLeaks()
    const node = await openFakeNode()
    const events = ask(node, 'GET', '/api/v1/events')
    await ask(node, 'GET', '/api/v1/status')
    await node[Symbol.asyncDispose]()
    assert.equal((await events).status, 200)
  })
})
