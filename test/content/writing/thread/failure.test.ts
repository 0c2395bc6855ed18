import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { InterruptedError, MissingError, NodeError } from '../../../../src/base/errors.ts'
import {
  ChangedError,
  ConflictError,
  CorruptError,
  DiskFullError,
  FolderGoneError,
} from '../../../../src/content/errors.ts'
import {
  DiskFailedError,
  NotWritableError,
  UnfitDiskError,
} from '../../../../src/content/writing/disk/disk-failure.ts'
import { decodeFailure, encodeFailure } from '../../../../src/content/writing/thread/failure.ts'

suite('an error that crosses from thread to thread', () => {
  for (const one of [
    ChangedError,
    ConflictError,
    CorruptError,
    DiskFailedError,
    FolderGoneError,
    MissingError,
    NotWritableError,
    UnfitDiskError,
  ]) {
    test(`is still a ${one.name}`, () => {
      const error = crossed(new one('what happened'))
      assert.ok(error instanceof one)
      assert.equal(error.message, 'what happened')
    })
  }

  test('keeps how much the disk lacks', () => {
    const error = crossed(new DiskFullError(7, 3))
    assert.ok(error instanceof DiskFullError)
    assert.deepEqual([error.neededBytes, error.freeBytes], [7, 3])
  })

  test('keeps its kind even when it is of none of these classes', () => {
    const error = crossed(new InterruptedError())
    assert.ok(error instanceof NodeError)
    assert.deepEqual([error.kind, error.message], ['interrupted', new InterruptedError().message])
  })

  test('that is a bug stays one, and says where it was', () => {
    const bug = new TypeError('no such thing')
    const error = crossed(bug)
    assert.ok(!(error instanceof NodeError))
    assert.deepEqual([error.message, error.stack], ['no such thing', bug.stack])
    assert.equal(crossed('thrown text').message, 'thrown text')
  })
})

function crossed(error: unknown): Error {
  return decodeFailure(structuredClone(encodeFailure(error)))
}
