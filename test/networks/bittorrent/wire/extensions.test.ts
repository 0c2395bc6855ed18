import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  decodeDontHave,
  encodeDontHave,
} from '../../../../src/networks/bittorrent/wire/dont-have.ts'
import {
  decodeExchange,
  encodeExchange,
} from '../../../../src/networks/bittorrent/wire/exchange-message.ts'
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
} from '../../../../src/networks/bittorrent/wire/extension-handshake.ts'
import {
  decodeHandshake,
  encodeHandshake,
  isPlainGreeting,
} from '../../../../src/networks/bittorrent/wire/handshake.ts'
import {
  decodeMetadataMessage,
  encodeMetadataMessage,
} from '../../../../src/networks/bittorrent/wire/metadata-message.ts'
import { ProtocolError } from '../../../../src/networks/bittorrent/wire/protocol-error.ts'

suite('the handshake', () => {
  const handshake = {
    features: { extended: true, dht: false, fast: true, v2: true },
    swarm: new Uint8Array(20).fill(1),
    peerId: new Uint8Array(20).fill(2),
  }

  test('has its bytes and is read back', () => {
    const frame = encodeHandshake(handshake)
    assert.equal(
      Buffer.from(frame).toString('hex'),
      `13${Buffer.from('BitTorrent protocol').toString('hex')}0000000000100014${'01'.repeat(20)}${'02'.repeat(20)}`,
    )
    assert.deepEqual(decodeHandshake(frame), handshake)
    assert.equal(isPlainGreeting(frame.subarray(0, 20)), true)
  })

  test('is refused under another name', () => {
    const frame = encodeHandshake(handshake)
    frame[3] = 0
    assert.throws(() => decodeHandshake(frame), ProtocolError)
    assert.throws(() => decodeHandshake(encodeHandshake(handshake).subarray(1)), ProtocolError)
    assert.equal(isPlainGreeting(Buffer.alloc(20)), false)
  })
})

suite('extensions', () => {
  test('their handshake is read back, without what is hidden or makes no sense', () => {
    const payload = encodeExtensionHandshake({
      ...{ metadataBytes: 31_000, port: 6881, requestsMax: 500, client: 'Fullmesh 0.1' },
      ...{ isUploadOnly: true, remoteAddress: Uint8Array.of(192, 0, 2, 1), hides: ['ut_pex'] },
    })
    const read = decodeExtensionHandshake(payload)
    assert.deepEqual([...read.extensions.keys()], ['lt_donthave', 'upload_only', 'ut_metadata'])
    assert.equal(read.metadataBytes, 31_000)
    assert.equal(read.isUploadOnly, true)
    const odd = decodeExtensionHandshake(
      Buffer.from('d1:md6:ut_pexi300ee13:metadata_sizei-1e1:pi70000e4:reqqi0ee'),
    )
    assert.equal(odd.extensions.size, 0)
    assert.equal(odd.metadataBytes ?? odd.port ?? odd.requestsMax, undefined)
    assert.throws(() => decodeExtensionHandshake(Buffer.from('le')), ProtocolError)
  })

  test('parts of the dictionary come behind a head', () => {
    const bytes = Buffer.alloc(16 * 1024, 5)
    const data = { kind: 'data', part: 1, totalBytes: 40_000, bytes } as const
    assert.deepEqual(decodeMetadataMessage(encodeMetadataMessage(data)), data)
    assert.equal(
      Buffer.from(encodeMetadataMessage({ kind: 'request', part: 2 })).toString(),
      'd8:msg_typei0e5:piecei2ee',
    )
    assert.equal(decodeMetadataMessage(Buffer.from('d8:msg_typei9e5:piecei2ee')), undefined)
    assert.throws(() => decodeMetadataMessage(Buffer.from('d8:msg_typei1ee')), ProtocolError)
    const long = encodeMetadataMessage({ ...data, bytes: Buffer.alloc(16 * 1024 + 1) })
    assert.throws(() => decodeMetadataMessage(long), ProtocolError)
  })

  test('peers are exchanged in both families', () => {
    const added = [
      { host: '192.0.2.1', port: 6881 },
      { host: '2001:db8::1', port: 80 },
    ]
    const dropped = [{ host: '192.0.2.9', port: 1 }]
    assert.deepEqual(decodeExchange(encodeExchange({ added, dropped })), { added, dropped })
    const many = Array.from({ length: 300 }, (_, at) => ({ host: '192.0.2.1', port: at + 1 }))
    assert.equal(decodeExchange(encodeExchange({ added: many, dropped: [] })).added.length, 100)
    assert.throws(() => decodeExchange(Buffer.from('i1e')), ProtocolError)
  })

  test('a lost piece is told', () => {
    assert.equal(decodeDontHave(encodeDontHave(77)), 77)
    assert.throws(() => decodeDontHave(Uint8Array.of(1)), ProtocolError)
  })
})
