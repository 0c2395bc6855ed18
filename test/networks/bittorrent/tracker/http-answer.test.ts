import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { encode } from '../../../../src/networks/bittorrent/bencode/encode.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import {
  parseHttpAnswer,
  parseHttpScrape,
} from '../../../../src/networks/bittorrent/tracker/http-answer.ts'

const v4 = Uint8Array.of(192, 0, 2, 7, 0x1a, 0xe1)
const v6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x1a, 0xe2)

suite('what an HTTP tracker says', () => {
  test('is peers of both families, numbers and times', () => {
    const answer = parseHttpAnswer(
      encode({
        interval: 1_800,
        'min interval': 60,
        complete: 5,
        incomplete: 7,
        peers: v4,
        peers6: v6,
        'external ip': Uint8Array.of(1, 2, 3, 4),
        'tracker id': 'x',
        'warning message': 'soon\u202E closed',
      }),
    )
    assert.deepEqual(answer.peers, [
      { host: '192.0.2.7', port: 6881 },
      { host: '2001:db8::1', port: 6882 },
    ])
    assert.deepEqual([answer.intervalMs, answer.intervalMinMs], [1_800_000, 60_000])
    assert.deepEqual([answer.seeders, answer.leechers, answer.warning], [5, 7, 'soon closed'])
    assert.deepEqual(Buffer.from(answer.seenIp ?? []), Buffer.of(1, 2, 3, 4))
  })

  test('may list peers as dictionaries; names and other nonsense are left out', () => {
    const peers = [
      { ip: '192.0.2.8', port: 1 },
      { ip: '2001:DB8::2', port: 2 },
      { ip: 'evil.example', port: 3 },
      { ip: '192.0.2.9', port: 0 },
      { ip: '192.0.2.9', port: 70_000 },
      'nonsense',
    ]
    assert.deepEqual(parseHttpAnswer(encode({ peers })).peers, [
      { host: '192.0.2.8', port: 1 },
      { host: '2001:db8::2', port: 2 },
    ])
  })

  test('is never more than 200 peers', () => {
    const peers = Buffer.concat(Array.from({ length: 5_000 }, () => v4))
    assert.equal(parseHttpAnswer(encode({ peers, peers6: v6 })).peers.length, 200)
  })

  test('may be a refusal, or nonsense', () => {
    assert.throws(() => parseHttpAnswer(encode({ 'failure reason': 'not here' })), {
      name: 'TrackerError',
      message: /not here/,
    })
    for (const body of ['', '<html>', 'le', 'i5e', 'd5:peers']) {
      assert.throws(() => parseHttpAnswer(Buffer.from(body)), { name: 'TrackerError' })
    }
  })

  test('never fails in another way', () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.uint8Array(), fc.array(fc.string()))
    const keys = fc.constantFrom('interval', 'peers', 'peers6', 'complete', 'tracker id')
    fc.assert(
      fc.property(fc.dictionary(keys, value), (answer) => {
        parseHttpAnswer(encode(answer))
      }),
    )
  })

  test('are numbers of the swarms that it knows', () => {
    const [known, unknown] = ['a', 'b'].map((text) => parseSwarmId(Buffer.alloc(20, text)))
    const file = { complete: 3, incomplete: 4, downloaded: 9 }
    const files = new Map([['a'.repeat(20), file]])
    assert.deepEqual(
      [...parseHttpScrape(encode({ files }), [unknown!, known!])],
      [[known, { seeders: 3, leechers: 4, downloads: 9 }]],
    )
  })
})
