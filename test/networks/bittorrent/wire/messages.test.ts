import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeBitfield } from '../../../../src/networks/bittorrent/wire/bitfield.ts'
import {
  encodeBlockRequest,
  encodeBlockRequests,
} from '../../../../src/networks/bittorrent/wire/block-request.ts'
import type { BlockPlace } from '../../../../src/networks/bittorrent/wire/block-request.ts'
import { blockHeadBytes, writeBlockHead } from '../../../../src/networks/bittorrent/wire/block.ts'
import { encodeExtended } from '../../../../src/networks/bittorrent/wire/extended.ts'
import { encodeFlag } from '../../../../src/networks/bittorrent/wire/flags.ts'
import { encodeHashRequest } from '../../../../src/networks/bittorrent/wire/hash-request.ts'
import { encodeHashes } from '../../../../src/networks/bittorrent/wire/hashes.ts'
import { MessageReader } from '../../../../src/networks/bittorrent/wire/message-reader.ts'
import { encodePieceIndex } from '../../../../src/networks/bittorrent/wire/piece-index.ts'
import { encodePort } from '../../../../src/networks/bittorrent/wire/port.ts'
import { ProtocolError } from '../../../../src/networks/bittorrent/wire/protocol-error.ts'
import type { Message } from '../../../../src/networks/bittorrent/wire/wire.ts'

const root = Buffer.alloc(32, 0xab)
const range = { root, base: 0, index: 512, count: 512, proofs: 3 }

/** Each message in the bytes that the specifications give it. */
const literal: readonly [string, Uint8Array, string, Message][] = [
  ['choke', encodeFlag('choke'), '0000000100', { kind: 'choke' }],
  ['unchoke', encodeFlag('unchoke'), '0000000101', { kind: 'unchoke' }],
  ['interested', encodeFlag('interested'), '0000000102', { kind: 'interested' }],
  ['not interested', encodeFlag('not-interested'), '0000000103', { kind: 'not-interested' }],
  ['have', encodePieceIndex('have', 258), '000000050400000102', { kind: 'have', piece: 258 }],
  [
    'bitfield',
    encodeBitfield(Uint8Array.of(0xa0)),
    '0000000205a0',
    { kind: 'bitfield', bits: Uint8Array.of(0xa0) },
  ],
  [
    'request',
    encodeBlockRequest('request', { piece: 1, begin: 16384, length: 16384 }),
    '0000000d06000000010000400000004000',
    { kind: 'request', piece: 1, begin: 16384, length: 16384 },
  ],
  [
    'cancel',
    encodeBlockRequest('cancel', { piece: 1, begin: 0, length: 5 }),
    '0000000d08000000010000000000000005',
    { kind: 'cancel', piece: 1, begin: 0, length: 5 },
  ],
  ['port', encodePort(6881), '00000003091ae1', { kind: 'port', port: 6881 }],
  ['suggest', encodePieceIndex('suggest', 7), '000000050d00000007', { kind: 'suggest', piece: 7 }],
  ['have all', encodeFlag('have-all'), '000000010e', { kind: 'have-all' }],
  ['have none', encodeFlag('have-none'), '000000010f', { kind: 'have-none' }],
  [
    'reject',
    encodeBlockRequest('reject', { piece: 1, begin: 0, length: 5 }),
    '0000000d10000000010000000000000005',
    { kind: 'reject', piece: 1, begin: 0, length: 5 },
  ],
  [
    'allowed fast',
    encodePieceIndex('allowed-fast', 7),
    '000000051100000007',
    { kind: 'allowed-fast', piece: 7 },
  ],
  [
    'extended',
    encodeExtended(3, Buffer.from('d1:xi1ee')),
    '0000000a1403' + Buffer.from('d1:xi1ee').toString('hex'),
    { kind: 'extended', extension: 3, payload: Buffer.from('d1:xi1ee') },
  ],
  [
    'hash request',
    encodeHashRequest('hash-request', range),
    `0000003115${'ab'.repeat(32)}00000000000002000000020000000003`,
    { kind: 'hash-request', ...range, root: Uint8Array.from(root) },
  ],
  [
    'hashes',
    encodeHashes({ ...range, count: 2 }, Buffer.alloc(64, 0xcd)),
    `0000007116${'ab'.repeat(32)}00000000000002000000000200000003${'cd'.repeat(64)}`,
    {
      ...{ kind: 'hashes', ...range, root: Uint8Array.from(root), count: 2 },
      hashes: new Uint8Array(64).fill(0xcd),
    },
  ],
  [
    'hash reject',
    encodeHashRequest('hash-reject', range),
    `0000003117${'ab'.repeat(32)}00000000000002000000020000000003`,
    { kind: 'hash-reject', ...range, root: Uint8Array.from(root) },
  ],
]

suite('messages of the wire', () => {
  for (const [name, encoded, hex, message] of literal) {
    test(`"${name}" has its bytes and its meaning`, () => {
      assert.equal(Buffer.from(encoded).toString('hex'), hex)
      assert.deepEqual(read([encoded]).messages, [message])
    })
  }

  test('many requests are one row of bytes', () => {
    const blocks = [0, 1, 2].map((at) => ({ piece: 9, begin: at * 16384, length: 16384 }))
    const one = Buffer.concat(blocks.map((block) => encodeBlockRequest('request', block)))
    assert.deepEqual(Buffer.from(encodeBlockRequests('request', blocks)), one)
  })

  test('are found however the stream is cut, with blocks in their places between them', () => {
    const stream = Buffer.concat([
      ...literal.map(([, encoded]) => encoded),
      Buffer.alloc(4),
      blockMessage(3, 16384, Buffer.alloc(16384, 7)),
      blockMessage(4, 0, Buffer.from('lost')),
      encodeFlag('choke'),
    ])
    const whole = read([stream])
    assert.equal(whole.messages.length, literal.length + 1)
    assert.deepEqual(whole.blocks, [
      { piece: 3, begin: 16384, length: 16384, wanted: true, bytes: Buffer.alloc(16384, 7) },
      { piece: 4, begin: 0, length: 4, wanted: false, bytes: undefined },
    ])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (sizes) => {
        assert.deepEqual(read(cut(stream, sizes)), whole)
      }),
      { numRuns: 50 },
    )
  })

  test('of a kind that nobody knows are passed over', () => {
    const unknown = Buffer.from('000000056301020304', 'hex')
    assert.deepEqual(read([unknown, encodeFlag('choke')]).messages, [{ kind: 'choke' }])
  })

  const refused = {
    'a length of two gigabytes': '7fffffff05',
    'a choke with a body': '000000020000',
    'a short have': '0000000304ffff',
    'a long request': '0000000e0600000000000000000000000000',
    'a block of 64 KiB': '0001000907',
    'a bitfield for more pieces than there may be': '0004000205',
    'an unknown message of a megabyte': '0010000063',
  }
  for (const [what, hex] of Object.entries(refused)) {
    test(`refuses ${what} before any of it is kept`, () => {
      assert.throws(() => read([Buffer.from(hex, 'hex')]), ProtocolError)
    })
  }
})

interface ReadBlock extends BlockPlace {
  readonly wanted: boolean
  readonly bytes: Uint8Array | undefined
}

function read(chunks: readonly Uint8Array[]): { messages: Message[]; blocks: ReadBlock[] } {
  const [messages, blocks]: [Message[], ReadBlock[]] = [[], []]
  let target: Uint8Array | undefined
  const reader = new MessageReader({
    onMessage: (message) => messages.push(message),
    blockTarget: ({ piece, length }) => (target = piece === 3 ? Buffer.alloc(length) : undefined),
    onBlock: (block, wanted) => blocks.push({ ...block, wanted, bytes: target }),
  })
  // Chunks are lent: what is kept of them must be a copy.
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk)
    reader.push(lent)
    lent.fill(0)
  }
  return { messages, blocks }
}

function blockMessage(piece: number, begin: number, bytes: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(blockHeadBytes + bytes.length)
  writeBlockHead(frame, 0, { piece, begin, length: bytes.length })
  frame.set(bytes, blockHeadBytes)
  return frame
}

function cut(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0, next = 0; at < stream.length; next++) {
    const size = sizes[next % sizes.length] ?? 1
    chunks.push(stream.subarray(at, at + size))
    at += size
  }
  return chunks
}
