import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import { parseRootText, pieceCount } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import {
  contentRange,
  encodeByteRange,
  encodePieceRange,
  parseByteRange,
  parsePieceRange,
  runPiecesMax,
} from '../../../src/transfer/wire/piece-range.ts'
import { plain } from '../../kit/plain.ts'
import { anyContent } from './arbitraries.ts'

const content = { root: parseRootText('ab'.repeat(32)), length: 2 * pieceBytes + 100 }
const tag = `"${'ab'.repeat(32)}-2097252"`

suite('a range of pieces', () => {
  test('stands in the header fields of HTTP', () => {
    assert.deepEqual(encodePieceRange({ content, first: 1, count: 2 }), {
      'if-match': tag,
      range: 'bytes=1048576-2097251',
    })
    assert.deepEqual(contentRange({ content, first: 0, count: 1 }), {
      etag: tag,
      'content-range': 'bytes 0-1048575/2097252',
    })
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyContent, fc.nat(), fc.integer({ min: 1, max: 64 }), (any, at, more) => {
        fc.pre(any.length > 0)
        const first = at % pieceCount(any.length)
        const count = Math.min(more, pieceCount(any.length) - first)
        const range = { content: any, first, count }
        assert.deepEqual(plain(parsePieceRange(encodePieceRange(range))), plain(range))
      }),
    )
  })

  test('is refused when it cuts through a piece, leaves the file or is none', () => {
    for (const range of [
      'bytes=0-1048574',
      'bytes=1-1048575',
      'bytes=0-1048576',
      'bytes=1048576-2097252',
      'bytes=2097252-2097252',
      'bytes=1048576-1048575',
      'bytes=1048576-0',
      'bytes=0-',
      'bytes=-5',
      'bytes=0-1048575,2097152-2097251',
      'bytes=0-99999999999999999999',
      'bytes=0x0-1048575',
      'pieces=0-1',
      '',
    ]) {
      assert.throws(() => parseByteRange({ range }, content.length), MalformedError, range)
    }
    assert.throws(() => parseByteRange({}, content.length), MalformedError)
    assert.throws(() => parseByteRange({ range: 'bytes=0-0' }, 0), MalformedError)
  })

  test('is refused when it asks for more pieces than one answer may hold', () => {
    const length = 100 * pieceBytes
    assert.equal(parseByteRange(encodeByteRange(length, 3, runPiecesMax), length).count, 64)
    const tooMany = encodeByteRange(length, 3, runPiecesMax + 1)
    assert.throws(() => parseByteRange(tooMany, length), MalformedError)
  })

  test('is refused without the content that is meant', () => {
    const { range = '' } = encodeByteRange(content.length, 0, 1)
    for (const ifMatch of [
      undefined,
      '*',
      tag.slice(1, -1),
      `W/${tag}`,
      tag.replace('ab', 'AB'),
      tag.replace('ab', ''),
      tag.replace('-', '--'),
      `${tag}, ${tag}`,
    ]) {
      const headers = { range, ...(ifMatch !== undefined && { 'if-match': ifMatch }) }
      assert.throws(() => parsePieceRange(headers), MalformedError, ifMatch)
    }
  })
})
