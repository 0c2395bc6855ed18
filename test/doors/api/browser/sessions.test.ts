import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Sessions } from '../../../../src/doors/api/browser/sessions.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

const token = 'f'.repeat(64)

suite('a code', () => {
  test('opens one session, once', () => {
    const { sessions } = world()
    const { code } = sessions.invite()
    const session = sessions.enter(code)
    assert.ok(session !== undefined && sessions.admits(session))
    assert.equal(sessions.enter(code), undefined)
  })

  test('is no session itself', () => {
    const { sessions } = world()
    assert.equal(sessions.admits(sessions.invite().code), false)
  })

  test('is good for a minute', async () => {
    const { sessions, clock } = world()
    const { code } = sessions.invite()
    await clock.advance(60_000)
    assert.equal(sessions.enter(code), undefined)
  })

  test('makes room for newer ones', () => {
    const { sessions } = world()
    const codes = Array.from({ length: 17 }, () => sessions.invite().code)
    assert.deepEqual(
      codes.map((code) => sessions.enter(code) !== undefined),
      [false, ...Array.from({ length: 16 }, () => true)],
    )
  })
})

suite('a session', () => {
  test('ends when its window leaves, and others stay', () => {
    const { sessions } = world()
    const [one = '', other = ''] = [sessions.invite(), sessions.invite()].map(
      ({ code }) => sessions.enter(code) ?? '',
    )
    sessions.leave(one)
    assert.deepEqual([sessions.admits(one), sessions.admits(other)], [false, true])
  })

  test('ends when 64 newer ones are open', () => {
    const { sessions } = world()
    const opened = Array.from({ length: 65 }, () => sessions.enter(sessions.invite().code) ?? '')
    assert.equal(opened.filter((session) => sessions.admits(session)).length, 64)
    assert.equal(sessions.admits(opened[0] ?? ''), false)
  })
})

suite("the node's own token", () => {
  test('is let in, and nothing like it', () => {
    const { sessions } = world()
    assert.equal(sessions.admits(token), true)
    for (const wrong of ['', token.slice(1), `${token}f`, token.toUpperCase()]) {
      assert.equal(sessions.admits(wrong), false, wrong)
    }
  })

  test('is not ended by a window that leaves with it', () => {
    const { sessions } = world()
    sessions.leave(token)
    assert.equal(sessions.admits(token), true)
  })
})

function world() {
  const clock = new ManualClock()
  return { clock, sessions: new Sessions(clock, seededRandom('sessions'), token) }
}
