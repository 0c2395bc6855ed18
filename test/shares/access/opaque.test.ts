/** OPAQUE through its thread: the library is trusted to be RFC 9807, and this that we use it right. */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { loginNames, openOpaque } from '../../../src/shares/access/opaque.ts'
import type { LoginNames, Opaque, PasswordRecord } from '../../../src/shares/access/opaque.ts'
import { isShortPassword, parsePassword } from '../../../src/shares/access/password.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { cheapOpaque } from '../../kit/share-owner.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { testShareKey } from '../../kit/test-share.ts'

const opaque = await cheapOpaque()
after(() => opaque[Symbol.asyncDispose]())

const share = testShareKey('photos').id
const ana = testIdentity('ana').peerId
const names = loginNames(share, 'read', ana)

suite('a login by OPAQUE', () => {
  test('gives both sides one key for the right password', async () => {
    const kept = await opaque.register('lake in autumn', names)
    const { key, answererKey } = await login(opaque, kept, 'lake in autumn')
    assert.equal(key?.length, 64)
    assert.deepEqual(answererKey, key)
  })

  test('gives the asker nothing for another', async () => {
    const kept = await opaque.register('lake in autumn', names)
    assert.equal((await login(opaque, kept, 'Lake in autumn')).key, undefined)
  })

  test('does not fit under other names, or with the setup of another record', async () => {
    const kept = await opaque.register('lake in autumn', names)
    const change = loginNames(share, 'change', ana)
    const elsewhere = loginNames(share, 'read', testIdentity('ben').peerId)
    assert.equal((await login(opaque, kept, 'lake in autumn', change)).key, undefined)
    assert.equal((await login(opaque, kept, 'lake in autumn', elsewhere)).key, undefined)
    const other = await opaque.register('lake in autumn', names)
    const mixed = { setup: other.setup, record: kept.record }
    assert.equal((await login(opaque, mixed, 'lake in autumn')).key, undefined)
  })

  test('has another setup for each record, so that one helps with no other', async () => {
    const read = await opaque.register('lake in autumn', names)
    const change = await opaque.register('lake in autumn', loginNames(share, 'change', ana))
    const parts = [0, 64, 96].map((from) =>
      [read, change].map(({ setup }) => setup.subarray(from, from + 32)),
    )
    for (const [a, b] of parts) assert.notDeepEqual(a, b)
  })

  test('gives the answerer no key for a last message that is wrong', async () => {
    const kept = await opaque.register('lake in autumn', names)
    const { request } = await opaque.start('lake in autumn')
    const { state } = await opaque.respond(kept, names, request)
    assert.equal(await opaque.conclude(state, new Uint8Array(64)), undefined)
    assert.equal(await opaque.conclude(state, new Uint8Array(5)), undefined)
  })

  test('refuses what can not be read, and goes on', async () => {
    const kept = await opaque.register('lake in autumn', names)
    const { request, state } = await opaque.start('lake in autumn')
    const malformed = { name: 'MalformedError' }
    await assert.rejects(opaque.respond(kept, names, new Uint8Array(96)), malformed)
    await assert.rejects(opaque.respond(kept, names, new Uint8Array(4000)), malformed)
    await assert.rejects(opaque.finish('x', state, names, new Uint8Array(320)), malformed)
    await opaque.respond(kept, names, request)
  })

  test('costs who guesses 64 MiB and a quarter of a second, unless a test says otherwise', async () => {
    await using dear = openOpaque(new ManualClock())
    const kept = await dear.register('lake in autumn', names)
    assert.notEqual((await login(dear, kept, 'lake in autumn')).key, undefined)
    assert.equal((await login(opaque, kept, 'lake in autumn')).key, undefined)
  })
})

suite('the thread of OPAQUE', () => {
  test('is not there before it is needed, nor long after', async () => {
    await using _ = watchLeaks()
    const clock = new ManualClock()
    const lazy = openOpaque(clock, { memoryKiB: 8, iterations: 1, parallelism: 1 })
    assert.equal(clock.pending, 0)
    await lazy.start('a')
    await clock.advance(59_000)
    await Promise.all([lazy.start('b'), lazy.start('c')])
    await clock.advance(60_000)
    assert.equal(clock.pending, 0)
    await lazy.start('d')
    await lazy[Symbol.asyncDispose]()
    assert.equal(clock.pending, 0)
  })

  test('that is closed answers nobody', async () => {
    const closed = openOpaque(new ManualClock())
    const waiting = assert.rejects(closed.start('a'), /closed/)
    await closed[Symbol.asyncDispose]()
    await waiting
  })
})

suite('a password', () => {
  test('is the same from any keyboard', () => {
    assert.equal(parsePassword('Ba\u0308r\u2003im\u00a0See'), 'B\u00e4r im See')
  })

  test('is refused when it is empty, endless, or has what no keyboard types', () => {
    for (const text of ['', 'a'.repeat(257), 'a\nb', 'a\u0000', '\ud800']) {
      assert.throws(() => parsePassword(text), { name: 'MalformedError' })
    }
  })

  test('under eight characters is worth a warning', () => {
    assert.deepEqual(['sieben7', 'achtacht', '🔑🔑🔑🔑🔑🔑🔑🔑'].map(isShortPassword), [
      true,
      false,
      false,
    ])
  })
})

async function login(
  by: Opaque,
  kept: PasswordRecord,
  password: string,
  under: LoginNames = names,
): Promise<{ key: Uint8Array | undefined; answererKey: Uint8Array | undefined }> {
  const { request, state } = await by.start(password)
  const answer = await by.respond(kept, under, request)
  const done = await by.finish(password, state, under, answer.response)
  const answererKey = done && (await by.conclude(answer.state, done.finish))
  return { key: done?.sessionKey, answererKey }
}
