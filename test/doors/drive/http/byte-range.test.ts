import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseByteRange } from '../../../../src/doors/drive/http/byte-range.ts'

suite('a range of a file of 100 bytes', () => {
  test('is given from the start, to the end, or from the end', () => {
    assert.deepEqual(parseByteRange('bytes=0-9', 100), { offset: 0, length: 10 })
    assert.deepEqual(parseByteRange('bytes=90-', 100), { offset: 90, length: 10 })
    assert.deepEqual(parseByteRange('bytes=-10', 100), { offset: 90, length: 10 })
    assert.deepEqual(parseByteRange('bytes=-1000', 100), { offset: 0, length: 100 })
    assert.deepEqual(parseByteRange('bytes=50-1000', 100), { offset: 50, length: 50 })
  })

  test('does not lie outside', () => {
    for (const text of ['bytes=100-', 'bytes=100-200', 'bytes=-0']) {
      assert.equal(parseByteRange(text, 100), 'outside', text)
    }
    assert.equal(parseByteRange('bytes=0-', 0), 'outside')
  })

  test('is the whole file when it is none, or several', () => {
    for (const text of [
      undefined,
      '',
      'bytes=-',
      'bytes=9-0',
      'bytes=0-1,3-4',
      'lines=0-1',
      'bytes=a-b',
    ]) {
      assert.equal(parseByteRange(text, 100), undefined, text)
    }
  })
})
