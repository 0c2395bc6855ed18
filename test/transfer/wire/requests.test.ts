import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import { parsePageHash, parseRoot, pieceCount } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import { NameError, parseSharePath } from '../../../src/content/names.ts'
import {
  encodeLayerRequest,
  encodeLeavesRequest,
  parseLayerRequest,
  parseLeavesRequest,
} from '../../../src/transfer/wire/file-request.ts'
import { encodePagesRequest, parsePagesRequest } from '../../../src/transfer/wire/pages-request.ts'
import { encodeSmallRequest, parseSmallRequest } from '../../../src/transfer/wire/small-request.ts'
import { plain } from '../../kit/plain.ts'
import { anyPageHash, anyPath, anyWanted } from './arbitraries.ts'

const bytes32 = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const wanted = (length: number) => ({
  path: parseSharePath('a/b'),
  content: { root: parseRoot(bytes32(0xcd)), length },
})
const fieldsHex = `63${toHex(Buffer.from('a/b'))}5820${'cd'.repeat(32)}`

suite('a request for pages', () => {
  test('is a list of hashes with fixed bytes', () => {
    const bytes = encodePagesRequest([parsePageHash(bytes32(0xab))])
    assert.equal(toHex(bytes), `815820${'ab'.repeat(32)}`)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(anyPageHash, { maxLength: 256 }), (hashes) => {
        assert.deepEqual(parsePagesRequest(encodePagesRequest(hashes)), hashes)
      }),
      { numRuns: 20 },
    )
  })

  test('is refused with too many hashes, or with what is none', () => {
    const refused = [
      Array.from({ length: 257 }, () => bytes32(1)),
      [new Uint8Array(31)],
      [new Uint8Array(33)],
      ['ab'.repeat(32)],
      { 0: bytes32(1) },
    ]
    for (const value of refused) {
      assert.throws(() => parsePagesRequest(encodeCbor(value)), MalformedError)
    }
  })
})

suite('a request for small files', () => {
  test('is a list of files with fixed bytes', () => {
    assert.equal(toHex(encodeSmallRequest([wanted(7)])), `8183${fieldsHex}07`)
  })

  test('comes back as it was', () => {
    const anySmall = anyWanted.map(({ path, content }) => ({
      path,
      content: { ...content, length: content.length % 4096 },
    }))
    fc.assert(
      fc.property(fc.array(anySmall, { maxLength: 40 }), (files) => {
        assert.deepEqual(plain(parseSmallRequest(encodeSmallRequest(files))), plain(files))
      }),
      { numRuns: 30 },
    )
  })

  test('may ask for 8 MiB and 1,024 files, and no more', () => {
    const eight = Array.from({ length: 8 }, () => wanted(pieceBytes))
    assert.equal(parseSmallRequest(encodeSmallRequest(eight)).length, 8)
    for (const files of [
      [...eight, wanted(1)],
      [wanted(pieceBytes + 1)],
      Array.from({ length: 1025 }, () => wanted(0)),
    ]) {
      assert.throws(() => parseSmallRequest(encodeSmallRequest(files)), MalformedError)
    }
  })

  test('never names anything outside the share', () => {
    for (const path of ['../a', '/a', 'a/../../b', 'C:/a', 'a\\b', '.fullmesh/stage']) {
      assert.throws(() => parseSmallRequest(encodeCbor([[path, bytes32(1), 1]])), NameError, path)
    }
  })
})

suite('a request for a layer', () => {
  test('is a file with fixed bytes', () => {
    assert.equal(toHex(encodeLayerRequest(wanted(2 ** 21))), `83${fieldsHex}1a00200000`)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyWanted, (file) => {
        fc.pre(file.content.length > pieceBytes)
        assert.deepEqual(plain(parseLayerRequest(encodeLayerRequest(file))), plain(file))
      }),
    )
  })

  test('is refused for a file of one piece or too many, and with fields too few or too many', () => {
    for (const length of [0, pieceBytes, 2 ** 41 + 1]) {
      assert.throws(() => parseLayerRequest(encodeLayerRequest(wanted(length))), MalformedError)
    }
    for (const value of [
      ['a', bytes32(1)],
      ['a', bytes32(1), 2 ** 21, 0],
      ['a', 'b', 2 ** 21],
    ]) {
      assert.throws(() => parseLayerRequest(encodeCbor(value)), MalformedError)
    }
  })
})

suite('a request for leaves', () => {
  test('is a file and a piece with fixed bytes', () => {
    assert.equal(toHex(encodeLeavesRequest(wanted(2 ** 21), 1)), `84${fieldsHex}1a0020000001`)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyWanted, fc.nat(), (file, at) => {
        fc.pre(file.content.length > 0)
        const piece = at % pieceCount(file.content.length)
        const request = parseLeavesRequest(encodeLeavesRequest(file, piece))
        assert.deepEqual(plain(request), plain({ wanted: file, piece }))
      }),
    )
  })

  test('is refused for a piece past the end, and for an empty file', () => {
    for (const [length, piece] of [
      [2 ** 21, 2],
      [1, 1],
      [0, 0],
    ] as const) {
      const bytes = encodeLeavesRequest(wanted(length), piece)
      assert.throws(() => parseLeavesRequest(bytes), MalformedError)
    }
  })

  test('has one more field than a request for a layer', () => {
    const path = fc.sample(anyPath, 1)[0] ?? ''
    assert.throws(() => parseLeavesRequest(encodeCbor([path, bytes32(1), 5])), MalformedError)
  })
})
