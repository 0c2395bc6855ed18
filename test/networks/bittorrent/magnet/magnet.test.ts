import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { toHex } from '../../../../src/base/bytes.ts'
import { MalformedError } from '../../../../src/base/errors.ts'
import {
  formatMagnet,
  isMagnet,
  isSelected,
  parseMagnet,
  swarmsOf,
} from '../../../../src/networks/bittorrent/magnet/magnet.ts'

const v1 = '631a31dd0a46257d5078c0dee4e66e26f73e42ac'
const v2 = 'd8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb'

suite('a magnet link', () => {
  test('names a torrent by either hash, in hex or base32', () => {
    const hybrid = parseMagnet(`magnet:?xt=urn:btih:${v1.toUpperCase()}&xt=urn:btmh:1220${v2}`)
    assert.deepEqual(swarmsOf(hybrid), [v1, v2.slice(0, 40)])
    const inBase32 = parseMagnet('MAGNET:?xt=urn:btih:MMNDDXIKIYSX2UDYYDPOJZTOE33T4QVM')
    assert.equal(toHex(inBase32.hashV1 ?? new Uint8Array()), v1)
    assert.equal(parseMagnet(`magnet:?xt=urn:btmh:1220${v2}`).hashV1, undefined)
  })

  test('says where to begin to look', () => {
    const magnet = parseMagnet(
      `magnet:?xt=urn:btih:${v1}&dn=A%20b+c&tr=udp%3A%2F%2Ft%3A1&tr.1=http://u&ws=http://w` +
        '&x.pe=192.0.2.1:6881&x.pe=[2001:db8::1]:80&x.pe=host.example:1&so=0,2,5-7',
    )
    assert.equal(magnet.name, 'A b c')
    assert.deepEqual(magnet.trackers, ['udp://t:1', 'http://u'])
    assert.deepEqual(magnet.peers, [
      { host: '192.0.2.1', port: 6881 },
      { host: '2001:db8::1', port: 80 },
    ])
    assert.deepEqual(
      [0, 1, 2, 4, 6, 8].map((index) => isSelected(magnet.select, index)),
      [true, false, true, false, true, false],
    )
  })

  test('is read back as it was written', () => {
    const text = formatMagnet({
      hashV1: Buffer.from(v1, 'hex'),
      hashV2: Buffer.from(v2, 'hex'),
      name: 'ä & b',
      trackers: ['udp://t:1/announce?a=b&c'],
      peers: [{ host: '2001:db8::1', port: 80 }],
      select: [
        { first: 1, last: 1 },
        { first: 3, last: 9 },
      ],
    })
    assert.equal(formatMagnet(parseMagnet(text)), text)
  })

  for (const text of [
    'http://example.com',
    'magnet:?dn=nothing',
    'magnet:?xt=urn:btih:1234',
    `magnet:?xt=urn:btmh:1114${v1}`,
    `magnet:?xt=urn:btih:${v1}&so=7-5`,
    `magnet:?xt=urn:btih:${v1}&so=a`,
    `magnet:?xt=urn:btih:${v1}&dn=${'x'.repeat(70_000)}`,
  ]) {
    test(`is refused: ${text.slice(0, 60)}`, () => {
      assert.throws(() => parseMagnet(text), MalformedError)
    })
  }

  test('is told from links of other kinds', () => {
    assert.equal(isMagnet('magnet:?xt=urn:btih:x'), true)
    assert.equal(isMagnet('fullmesh:abc'), false)
  })
})
