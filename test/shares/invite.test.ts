import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { concatBytes, sha256, toBase64Url, toHex } from '../../src/base/bytes.ts'
import { encodeCbor } from '../../src/base/cbor.ts'
import type { CborValue } from '../../src/base/cbor.ts'
import { peerIdBytes, peerIdOf } from '../../src/mesh/identity/peer-id.ts'
import { formatIp } from '../../src/mesh/reach/ip.ts'
import { InviteError, formatInvite, parseInvite } from '../../src/shares/invite.ts'
import type { InviteFault } from '../../src/shares/invite.ts'
import { shareIdBytes, shareIdOf } from '../../src/shares/share-id.ts'
import type { Invite } from '../../src/shares/shares.ts'
import { testIdentity } from '../kit/test-identity.ts'
import { testShareKey } from '../kit/test-share.ts'

const photos: Invite = {
  share: testShareKey('photos').id,
  owner: testIdentity('ana').peerId,
  addresses: [
    { host: '192.0.2.1', port: 4711 },
    { host: '2001:db8::1', port: 4711 },
  ],
  secret: new Uint8Array(16).fill(9),
  name: 'Photos',
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyAddress = fc
  .tuple(fc.oneof(bytes(4), bytes(16).filter(isRealV6)), fc.integer({ min: 1, max: 65_535 }))
  .map(([ip, port]) => ({ host: formatIp({ bytes: ip, zone: undefined }), port }))
const anyInvite: fc.Arbitrary<Invite> = fc.record({
  share: bytes(32).map(shareIdOf),
  owner: bytes(32).map(peerIdOf),
  addresses: fc.array(anyAddress, { maxLength: 16 }),
  secret: fc.option(bytes(16), { nil: undefined }),
  name: fc.string({ unit: 'binary', maxLength: 300 }),
})

suite('an invite link', () => {
  test('has these bytes', () => {
    const map = Buffer.from(formatInvite(photos).slice('fullmesh:'.length), 'base64url')
    assert.equal(
      toHex(map.subarray(0, -4)),
      [
        'a6',
        '0001',
        `015820${toHex(shareIdBytes(photos.share))}`,
        `025820${toHex(peerIdBytes(photos.owner))}`,
        '0382',
        '8244c0000201191267',
        '825020010db8000000000000000000000001191267',
        '045009090909090909090909090909090909',
        '056650686f746f73',
      ].join(''),
    )
    assert.deepEqual(Buffer.from(sha256(map.subarray(0, -4)).subarray(0, 4)), map.subarray(-4))
  })

  test('says again what it was made of', () => {
    assert.deepEqual(normal(parseInvite(formatInvite(photos))), normal(photos))
    assert.deepEqual(normal(parseInvite(`  ${formatInvite(photos)}\n`)), normal(photos))
  })

  test('carries any invite in 512 characters, if need be with fewer addresses', () => {
    fc.assert(
      fc.property(anyInvite, (invite) => {
        const link = formatInvite(invite)
        const back = parseInvite(link)
        assert.ok(link.length <= 512)
        assert.deepEqual(back.addresses, invite.addresses.slice(0, back.addresses.length))
        assert.equal(formatInvite({ ...invite, ...back }), link)
      }),
    )
  })

  test('has a name that is safe to show', () => {
    const link = formatInvite({ ...photos, name: 'A\u202e\u0000B\n<img>' })
    assert.equal(parseInvite(link).name, 'A B <img>')
    const hostile = linkOf([...required(), [5, 'A\u202eB\u001b[2J']])
    assert.equal(parseInvite(hostile).name, 'AB [2J')
  })

  test('does not tell names and zones that mean something on this computer only', () => {
    const addresses = [
      { host: 'fe80::1%eth0', port: 1 },
      { host: 'nas.home', port: 1 },
    ]
    assert.deepEqual(parseInvite(formatInvite({ ...photos, addresses })).addresses, [])
  })

  test('may say more than this version understands', () => {
    const more = [
      ...required(),
      [
        3,
        [
          ['hub.example', 443],
          [new Uint8Array(4), 0],
        ],
      ],
      [6, 'a hub'],
      [99, null],
    ]
    assert.deepEqual(parseInvite(linkOf(more as [number, CborValue][])).addresses, [])
  })
})

suite('a text that is no link', () => {
  test('is told as such', () => {
    for (const text of ['', 'hello', 'https://example.org', 'FULLMESH', 'magnet:?xt=urn:btih:0']) {
      refuses('not-a-link', text)
    }
  })

  test('is told from one that was cut or mistyped anywhere', () => {
    const link = formatInvite(photos)
    for (let at = 'fullmesh:'.length; at < link.length; at++) {
      refuses('damaged', link.slice(0, at))
      const other = link[at] === 'A' ? 'B' : 'A'
      refuses('damaged', link.slice(0, at) + other + link.slice(at + 1))
    }
    refuses('damaged', `${link}A`)
    refuses('damaged', `fullmesh:${'A'.repeat(600)}`)
  })

  test('is told from one of a newer version', () => {
    refuses('newer-version', linkOf([[0, 2]]))
  })

  test('is refused when it was made wrong', () => {
    refuses('malformed', linkOf([]))
    refuses('malformed', linkOf([[0, 0]]))
    refuses('malformed', linkOf(required().slice(0, 2)))
    refuses('malformed', linkOf([...required(), [4, new Uint8Array(15)]]))
    refuses('malformed', linkOf([...required(), [5, 5]]))
    refuses('malformed', linkOf([...required(), [3, 'here']]))
    refuses('malformed', linkOf([...required(), [3, [5]]]))
    refuses('malformed', linkOf([...required(), [3, Array.from({ length: 17 }, () => [])]]))
    refuses('malformed', `fullmesh:${withChecksum(encodeCbor({ version: 1 }))}`)
    refuses('malformed', `fullmesh:${withChecksum(Uint8Array.of(0x18, 0x01))}`)
  })

  test('is never taken for one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        assert.throws(() => parseInvite(`fullmesh:${withChecksum(junk)}`), InviteError)
      }),
    )
  })
})

function required(): [number, CborValue][] {
  return [
    [0, 1],
    [1, shareIdBytes(photos.share)],
    [2, peerIdBytes(photos.owner)],
  ]
}

function linkOf(entries: readonly [number, CborValue][]): string {
  return `fullmesh:${withChecksum(encodeCbor(new Map(entries)))}`
}

function withChecksum(data: Uint8Array): string {
  return toBase64Url(concatBytes([data, sha256(data).subarray(0, 4)]))
}

function refuses(fault: InviteFault, text: string): void {
  assert.throws(() => parseInvite(text), { name: 'InviteError', fault }, text)
}

/** Bytes as text, since a Buffer and other bytes never compare equal. */
function normal(invite: Invite): object {
  return { ...invite, secret: invite.secret && toHex(invite.secret) }
}

/** Not an IPv4 address in disguise, which is written as what it is. */
function isRealV6(ip: Uint8Array): boolean {
  return !(ip.subarray(0, 10).every((byte) => byte === 0) && ip[10] === 255 && ip[11] === 255)
}
