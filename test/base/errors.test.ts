import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  InterruptedError,
  MissingError,
  RemoteError,
  errorKind,
  errorKinds,
  isErrorKind,
  throwIfInterrupted,
} from '../../src/base/errors.ts'

suite('errors', () => {
  test('have the exit codes that users are promised', () => {
    const exits = {
      usage: 2,
      missing: 3,
      denied: 4,
      busy: 5,
      offline: 6,
      limit: 8,
      nothing: 9,
      interrupted: 130,
    } as const
    for (const [kind, exit] of Object.entries(exits)) {
      assert.ok(isErrorKind(kind))
      assert.equal(errorKinds[kind].exit, exit, kind)
    }
  })

  test('say statuses of failure only', () => {
    for (const { http } of Object.values(errorKinds)) assert.ok(http >= 400 && http < 600)
  })

  test('are bugs unless they are ours', () => {
    assert.equal(errorKind(new TypeError('x is undefined')), 'bug')
    assert.equal(errorKind('a string'), 'bug')
    assert.equal(errorKind(new MissingError('There is no such file.')), 'missing')
    assert.equal(errorKind(new RemoteError('busy', 'Try again.')), 'busy')
  })

  test('are of no kind that a peer makes up', () => {
    for (const text of ['toString', '__proto__', 'fatal', ''])
      assert.equal(isErrorKind(text), false)
  })

  test('keep why a signal fired', () => {
    assert.throws(
      () => throwIfInterrupted(AbortSignal.abort('enough')),
      (error) => {
        assert.ok(error instanceof InterruptedError)
        assert.equal(error.cause, 'enough')
        return true
      },
    )
    throwIfInterrupted(new AbortController().signal)
  })
})
