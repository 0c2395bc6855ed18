import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { errorKind, MalformedError } from '../../../src/base/errors.ts'
import { DiskFullError } from '../../../src/content/errors.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import {
  changeFrameBytesMax,
  encodeChangeFailure,
  encodeChangeResult,
  encodeProgress,
  parseChangeFrame,
} from '../../../src/transfer/wire/change-frame.ts'
import { plain } from '../../kit/plain.ts'
import { anyPath } from './arbitraries.ts'

suite('a frame that answers a change', () => {
  test('is a map with fixed bytes', () => {
    assert.equal(toHex(encodeProgress(24)), 'a16870726f67726573731818')
    const result = { path: parseSharePath('a'), outcome: 'done', sequence: 3 } as const
    const hex = (text: string): string =>
      (0x60 + text.length).toString(16) + toHex(Buffer.from(text))
    assert.equal(
      toHex(encodeChangeResult(result)),
      `a3${hex('path')}${hex('a')}${hex('outcome')}${hex('done')}${hex('sequence')}03`,
    )
  })

  test('comes back as it was', () => {
    const anyResult = fc.record({
      path: anyPath,
      outcome: fc.constantFrom('done' as const, 'unchanged' as const, 'conflict' as const),
      sequence: fc.maxSafeNat(),
    })
    fc.assert(
      fc.property(anyResult, (result) => {
        const bytes = encodeChangeResult(result)
        assert.ok(bytes.length <= changeFrameBytesMax)
        assert.deepEqual(plain(parseChangeFrame(bytes)), plain({ result }))
      }),
    )
    fc.assert(
      fc.property(fc.maxSafeNat(), (progress) => {
        assert.deepEqual(parseChangeFrame(encodeProgress(progress)), { progress })
      }),
    )
  })

  test('says what went wrong, and keeps what is inside to itself', () => {
    const full = parseChangeFrame(encodeChangeFailure(new DiskFullError(9, 1)))
    assert.ok('failure' in full && errorKind(full.failure) === 'full')
    assert.match(full.failure.message, /9 bytes needed/)
    const bug = parseChangeFrame(encodeChangeFailure(new TypeError('/home/ana/secret')))
    assert.ok('failure' in bug && errorKind(bug.failure) === 'bug')
    assert.doesNotMatch(bug.failure.message, /secret/)
  })

  test('is refused when something in it is not of its kind', () => {
    for (const value of [
      {},
      { progress: -1 },
      { progress: 'much' },
      { path: 'a', outcome: 'maybe', sequence: 1 },
      { path: 'a', outcome: 'done' },
    ]) {
      assert.throws(
        () => parseChangeFrame(encodeCbor(value)),
        MalformedError,
        JSON.stringify(value),
      )
    }
  })
})
