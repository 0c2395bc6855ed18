import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { fromHex, toHex } from '../../../../src/base/bytes.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import type { TrackerQuestion } from '../../../../src/networks/bittorrent/tracker/tracker.ts'
import {
  encodeAnnounce,
  encodeConnect,
  encodeScrape,
  parseAnnounced,
  parseConnected,
  parseFailure,
  parseHead,
  parseScraped,
} from '../../../../src/networks/bittorrent/tracker/udp-packets.ts'

const swarm = parseSwarmId(Buffer.alloc(20, 0xab))
const head = { connection: hex('0102030405060708'), transaction: 0xdeadbeef }
const question: TrackerQuestion = {
  swarm,
  peerId: Buffer.from('-FM0001-abcdefghijkl'),
  key: 0xcafebabe,
  event: 'started',
  progress: { downloadedBytes: 1, leftBytes: 0x1_0000_0000, uploadedBytes: 3 },
  port: 6_881,
  peersWanted: 200,
  trackerId: undefined,
}

suite('a packet to a UDP tracker', () => {
  test('asks for a connection as BEP 15 draws it', () => {
    assert.equal(toHex(encodeConnect(0xdeadbeef)), '000004172710198000000000deadbeef')
  })

  test('announces in 98 bytes, and with the path of the URL', () => {
    const plain = toHex(encodeAnnounce(head, question, ''))
    assert.equal(
      plain,
      [
        '0102030405060708',
        '00000001deadbeef',
        'ab'.repeat(20),
        Buffer.from('-FM0001-abcdefghijkl').toString('hex'),
        '0000000000000001',
        '0000000100000000',
        '0000000000000003',
        '00000002',
        '00000000',
        'cafebabe',
        '000000c8',
        '1ae1',
      ].join(''),
    )
    assert.equal(toHex(encodeAnnounce(head, question, '/a?b')), `${plain}0204${hexOf('/a?b')}`)
    const long = `/${'x'.repeat(299)}`
    assert.equal(
      toHex(encodeAnnounce(head, question, long)),
      `${plain}02ff${hexOf(long.slice(0, 255))}022d${hexOf(long.slice(255))}`,
    )
  })

  test('asks for numbers of no more swarms than fit', () => {
    assert.equal(
      toHex(encodeScrape(head, [swarm])),
      `010203040506070800000002deadbeef${'ab'.repeat(20)}`,
    )
    assert.equal(
      encodeScrape(
        head,
        Array.from({ length: 100 }, () => swarm),
      ).length,
      16 + 70 * 20,
    )
  })
})

suite('a packet of a UDP tracker', () => {
  test('says what it is, or is none', () => {
    assert.deepEqual(parseHead(hex('00000001deadbeef')), {
      action: 'announce',
      transaction: 0xdeadbeef,
    })
    assert.equal(parseHead(hex('00000001deadbe')), undefined)
    assert.equal(parseHead(hex('00000004deadbeef')), undefined)
  })

  test('gives a connection', () => {
    const data = hex('00000000deadbeef0102030405060708')
    assert.equal(toHex(parseConnected(data) ?? assert.fail()), '0102030405060708')
    assert.equal(parseConnected(data.subarray(0, 15)), undefined)
  })

  test('names peers by the family of the packet', () => {
    const data = hex('00000001deadbeef00000708000000050000000ac00002071ae1c000020800')
    const answer = parseAnnounced(data, 'IPv4')
    assert.deepEqual(answer?.peers, [{ host: '192.0.2.7', port: 6_881 }])
    assert.deepEqual([answer?.intervalMs, answer?.leechers, answer?.seeders], [1_800_000, 5, 10])
    assert.deepEqual(parseAnnounced(data, 'IPv6')?.peers, [])
    assert.equal(parseAnnounced(data.subarray(0, 19), 'IPv4'), undefined)
  })

  test('gives numbers in the order in which they were asked for', () => {
    const other = parseSwarmId(Buffer.alloc(20, 0xcd))
    const data = hex('00000002deadbeef00000001000000020000000300000004')
    assert.deepEqual(
      [...parseScraped(data, [swarm, other])],
      [[swarm, { seeders: 1, downloads: 2, leechers: 3 }]],
    )
  })

  test('refuses in words that can be shown', () => {
    const data = Buffer.concat([hex('00000003deadbeef'), Buffer.from('no\u0007 way\u202E')])
    assert.equal(parseFailure(data), 'no way')
  })

  test('never makes a parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        parseHead(data)
        parseConnected(data)
        parseAnnounced(data, 'IPv4')
        parseAnnounced(data, 'IPv6')
        parseScraped(data, [swarm])
        parseFailure(data)
      }),
    )
  })
})

function hex(text: string): Uint8Array {
  return fromHex(text) ?? assert.fail(text)
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex')
}
