import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { fromHex, toHex } from '../../../../src/base/bytes.ts'
import {
  encodePacket,
  looksLikeUtp,
  parsePacket,
  refreshPacket,
} from '../../../../src/networks/bittorrent/utp/packet.ts'
import type { UtpPacket } from '../../../../src/networks/bittorrent/utp/packet.ts'

const syn: UtpPacket = {
  kind: 'syn',
  connection: 0x1234,
  sentMicros: 0x01020304,
  delayMicros: 0,
  windowBytes: 0x00100000,
  sequence: 1,
  acknowledged: 0,
  selective: undefined,
  payload: new Uint8Array(),
}
const synHex = '4100123401020304000000000010000000010000'

suite('a packet of uTP', () => {
  test('is written as BEP 29 draws it', () => {
    assert.equal(toHex(encodePacket(syn)), synHex)
    const state: UtpPacket = {
      ...syn,
      kind: 'state',
      selective: Uint8Array.of(0b101, 0, 0, 0x80),
      sequence: 0xffff,
      acknowledged: 0xfffe,
    }
    assert.equal(toHex(encodePacket(state)), '21011234010203040000000000100000fffffffe000405000080')
    assert.equal(
      toHex(encodePacket({ ...syn, kind: 'data', payload: Buffer.from('hi') })),
      '01001234010203040000000000100000000100006869',
    )
  })

  test('comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const data = encodePacket(packet)
        assert.ok(looksLikeUtp(data))
        const read = parsePacket(data)
        assert.ok(read)
        assert.deepEqual(plain(read), plain(packet))
      }),
    )
  })

  test('can be brought up to date without writing it again', () => {
    fc.assert(
      fc.property(anyPacket, anyPacket, (packet, now) => {
        const data = encodePacket(packet)
        refreshPacket(data, now)
        const { sentMicros, delayMicros, windowBytes, acknowledged } = now
        const expected = { ...packet, sentMicros, delayMicros, windowBytes, acknowledged }
        assert.deepEqual(plain(parsePacket(data) ?? syn), plain(expected))
      }),
    )
  })

  test('may bear extensions that nobody knows', () => {
    const read = parse(`4102${synHex.slice(4)}0103aabbcc000400000001`)
    assert.deepEqual(read?.selective && toHex(read.selective), '00000001')
  })

  test('may tell of a few packets in a few bits, as those of libtorrent do', () => {
    const read = parse(`2101${synHex.slice(4)}000105`)
    assert.deepEqual(read?.selective && toHex(read.selective), '05')
  })

  const refused: Readonly<Record<string, string>> = {
    'nothing at all': '',
    'a packet that is cut off': synHex.slice(0, -2),
    'another version': `42${synHex.slice(2)}`,
    'a kind that there is not': `51${synHex.slice(2)}`,
    'data without data': `01${synHex.slice(2)}`,
    'a state with data': `21${synHex.slice(2)}61`,
    'an extension that is cut off': `2101${synHex.slice(4)}00`,
    'an extension longer than the packet': `2101${synHex.slice(4)}0004ffffff`,
    'an endless chain': `2109${synHex.slice(4)}${'0900'.repeat(200)}`,
    'more than any path carries': `01${synHex.slice(2)}${'00'.repeat(9_000)}`,
  }
  for (const [what, hex] of Object.entries(refused)) {
    test(`is refused: ${what}`, () => assert.equal(parse(hex), undefined))
  }

  test('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (tail) => {
        parsePacket(Uint8Array.from([...Buffer.from('2101', 'hex'), ...tail]))
      }),
    )
  })
})

function parse(hex: string): UtpPacket | undefined {
  return parsePacket(fromHex(hex) ?? assert.fail(hex))
}

function plain(packet: UtpPacket): object {
  const { selective, payload } = packet
  return { ...packet, selective: selective && toHex(selective), payload: toHex(payload) }
}

const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const bits = fc
  .integer({ min: 1, max: 16 })
  .chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 }))

const anyPacket: fc.Arbitrary<UtpPacket> = fc
  .record({
    kind: fc.constantFrom('data', 'fin', 'state', 'reset', 'syn'),
    connection: u16,
    sentMicros: u32,
    delayMicros: u32,
    windowBytes: u32,
    sequence: u16,
    acknowledged: u16,
    selective: fc.option(bits, { nil: undefined }),
    payload: fc.uint8Array({ minLength: 1, maxLength: 1_400 }),
  })
  .map((packet) => (packet.kind === 'data' ? packet : { ...packet, payload: new Uint8Array() }))
