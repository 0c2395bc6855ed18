import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { PieceLayout } from '../../../../src/networks/bittorrent/metainfo/piece-layout.ts'
import { parseInfo } from '../../../../src/networks/bittorrent/metainfo/read-info.ts'
import { parseMetainfo } from '../../../../src/networks/bittorrent/metainfo/read-metainfo.ts'
import {
  canonicalOrder,
  canonicalPieceLength,
  padBytes,
  writeInfo,
} from '../../../../src/networks/bittorrent/metainfo/write-info.ts'
import { writeMetainfo } from '../../../../src/networks/bittorrent/metainfo/write-metainfo.ts'

const vectors = join(import.meta.dirname, '../../../vectors/libtorrent/torrents')

const kib = 1024

const files = [
  { path: ['a', 'one'], length: 70 * kib, root: Buffer.alloc(32, 1), isExecutable: false },
  { path: ['a.txt'], length: 64 * kib, root: Buffer.alloc(32, 2), isExecutable: true },
  { path: ['empty'], length: 0, root: undefined, isExecutable: false },
  { path: ['z'], length: 5, root: Buffer.alloc(32, 3), isExecutable: false },
]

suite('a torrent that this node makes', () => {
  const parts = { name: 'Photos', isFolder: true, pieceLength: 64 * kib, files, isPrivate: false }

  test('is read back, in each version', () => {
    for (const version of ['v1', 'v2', 'hybrid'] as const) {
      const pieces = version === 'v1' ? 3 : 4
      const info = parseInfo(
        writeInfo({ ...parts, version, pieceHashes: Buffer.alloc(pieces * 20, 9) }),
      )
      assert.equal(info.version, version)
      assert.equal(info.pieceCount, pieces)
      const real = info.files.filter(({ kind }) => kind === 'file')
      assert.deepEqual(
        real.map(({ path, length }) => ({ path, length })),
        files.map(({ path, length }) => ({ path, length })),
      )
    }
  })

  test('has pads between files in its hybrid form, and none behind the last', () => {
    const info = parseInfo(
      writeInfo({ ...parts, version: 'hybrid', pieceHashes: Buffer.alloc(4 * 20) }),
    )
    assert.deepEqual(
      info.files.map(({ kind, offset }) => [kind, offset / kib]),
      [
        ['file', 0],
        ['pad', 70],
        ['file', 128],
        ['file', 192],
        ['file', 192],
      ],
    )
  })

  test('is the same however its files came', () => {
    const shuffled = files.toReversed().toSorted((a, b) => canonicalOrder(a.path, b.path))
    assert.deepEqual(shuffled, files)
    assert.equal(canonicalPieceLength(1), 64 * kib)
    assert.equal(canonicalPieceLength(2 ** 30), 1024 * kib)
    assert.equal(canonicalPieceLength(2 ** 30 + 1), 2048 * kib)
    assert.equal(canonicalPieceLength(2 ** 50), 16 * 1024 * kib)
    assert.equal(padBytes(70 * kib, 64 * kib), 58 * kib)
    assert.equal(padBytes(64 * kib, 64 * kib), 0)
  })

  test('keeps a foreign dictionary byte for byte, with all around it', () => {
    const bytes = readFileSync(join(vectors, 'v2_multiple_files.torrent'))
    const metainfo = parseMetainfo(bytes)
    const again = parseMetainfo(
      writeMetainfo({
        ...metainfo,
        trackers: [['udp://a', 'udp://b'], ['http://c']],
        nodes: ['[::1]:9'],
      }),
    )
    assert.deepEqual(again.info, metainfo.info)
    assert.deepEqual(again.layers, metainfo.layers)
    assert.deepEqual(again.trackers, [['udp://a', 'udp://b'], ['http://c']])
    assert.deepEqual(again.nodes, ['[::1]:9'])
  })
})

suite('the layout of pieces', () => {
  test('a v1 piece may span files', () => {
    const info = parseInfo(
      writeInfo({
        ...{ version: 'v1', name: 'n', isFolder: true, pieceLength: 64 * kib, files },
        ...{ pieceHashes: Buffer.alloc(60), isPrivate: false },
      }),
    )
    const layout = new PieceLayout(info)
    assert.deepEqual(
      layout
        .spans(1)
        .map(({ file, fileOffset, at, length }) => [file.path.at(-1), fileOffset, at, length]),
      [
        ['one', 64 * kib, 0, 6 * kib],
        ['a.txt', 0, 6 * kib, 58 * kib],
      ],
    )
    assert.equal(layout.pieceBytes(2), 6 * kib + 5)
    assert.deepEqual(layout.piecesOf(info.files[1]!), { first: 1, end: 3 })
  })

  test('a v2 piece ends with its file, a hybrid one with its pad', () => {
    const written = { name: 'n', isFolder: true, pieceLength: 64 * kib, files, isPrivate: false }
    const v2 = new PieceLayout(
      parseInfo(writeInfo({ ...written, version: 'v2', pieceHashes: undefined })),
    )
    assert.deepEqual(
      [0, 1, 2, 3].map((piece) => v2.pieceBytes(piece)),
      [64 * kib, 6 * kib, 64 * kib, 5],
    )
    const pieceHashes = Buffer.alloc(80)
    const hybrid = new PieceLayout(
      parseInfo(writeInfo({ ...written, version: 'hybrid', pieceHashes })),
    )
    assert.deepEqual(
      [0, 1, 2, 3].map((piece) => hybrid.pieceBytes(piece)),
      [64 * kib, 64 * kib, 64 * kib, 5],
    )
    assert.equal(hybrid.hashedBytes(1), 6 * kib)
    assert.equal(hybrid.fileOfPiece(3)?.path[0], 'z')
  })
})
