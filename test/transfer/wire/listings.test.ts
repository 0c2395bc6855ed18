import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { fromHex, toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import { parsePeerId } from '../../../src/mesh/identity/peer-id.ts'
import { parseShareId } from '../../../src/shares/share-id.ts'
import {
  encodeNodeListing,
  nodeListingBytesMax,
  parseNodeListing,
} from '../../../src/transfer/wire/node-listing.ts'
import {
  changeRules,
  encodeShareListing,
  parseShareListing,
  readRules,
} from '../../../src/transfer/wire/share-listing.ts'
import { plain } from '../../kit/plain.ts'
import { anyPeer, anyShare } from './arbitraries.ts'

const share = parseShareId('a'.repeat(52))
const owner = parsePeerId(`${'b'.repeat(51)}a`)
const photos = {
  id: share,
  owner,
  name: 'Photos',
  read: 'everyone',
  change: 'nobody',
  files: 3,
  bytes: 9,
}

const anyText = fc.constantFrom('Photos', 'Ana’s things', '写真', 'a')
const anyOffered = fc.record({
  id: anyShare,
  owner: anyPeer,
  name: anyText,
  read: fc.constantFrom(...readRules),
  change: fc.constantFrom(...changeRules),
  files: fc.maxSafeNat(),
  bytes: fc.maxSafeNat(),
})

suite('the listing of a node', () => {
  test('is a map with fixed bytes', () => {
    const bytes = encodeNodeListing({ name: 'ana', shares: [] })
    assert.equal(
      toHex(bytes),
      'a3646e616d6563616e616673686172657380687665727369 6f6e738101'.replace(' ', ''),
    )
  })

  test('comes back as it was', () => {
    const anyListing = fc.record({ name: anyText, shares: fc.array(anyOffered, { maxLength: 5 }) })
    fc.assert(
      fc.property(anyListing, (listing) => {
        assert.deepEqual(plain(parseNodeListing(encodeNodeListing(listing))), plain(listing))
      }),
    )
  })

  test('is cut to 256 shares, and fits into its limit with them', () => {
    const name = '写'.repeat(85)
    const many = Array.from({ length: 300 }, () => ({ ...parsed(photos), name }))
    const bytes = encodeNodeListing({ name: 'ana', shares: many })
    assert.equal(parseNodeListing(bytes).shares.length, 256)
    assert.ok(bytes.length <= nodeListingBytesMax)
  })

  test('ignores keys that it does not know', () => {
    const bytes = encodeCbor({ name: 'ana', shares: [{ ...photos, colour: 'red' }], extra: [1] })
    assert.deepEqual(plain(parseNodeListing(bytes)), { name: 'ana', shares: [photos] })
  })

  test('shows no control or bidi characters of a name', () => {
    const bytes = encodeCbor({ name: 'a\u001b[2Jna\u202e', shares: [] })
    assert.equal(parseNodeListing(bytes).name, 'a [2Jna')
  })

  test('is refused when something in it is not of its kind', () => {
    for (const value of [
      [],
      'ana',
      { name: 'ana' },
      { name: 7, shares: [] },
      { name: 'x'.repeat(256), shares: [] },
      { name: 'ana', shares: {} },
      { name: 'ana', shares: Array.from({ length: 257 }, () => photos) },
      { name: 'ana', shares: [{ ...photos, id: 'short' }] },
      { name: 'ana', shares: [{ ...photos, read: 'nobody' }] },
      { name: 'ana', shares: [{ ...photos, files: -1 }] },
      { name: 'ana', shares: [{ ...photos, bytes: 1.5 }] },
    ]) {
      assert.throws(
        () => parseNodeListing(encodeCbor(value)),
        MalformedError,
        JSON.stringify(value),
      )
    }
    assert.throws(() => parseNodeListing(fromHex('a3646e') ?? new Uint8Array()), MalformedError)
  })
})

suite('the listing of a share', () => {
  const listing = { name: 'Photos', owner, read: 'link', change: 'password' } as const

  test('is a map with fixed bytes', () => {
    const text = (value: string): string => {
      const length =
        value.length < 24 ? (0x60 + value.length).toString(16) : `78${value.length.toString(16)}`
      return length + toHex(Buffer.from(value))
    }
    const keys = ['name', 'Photos', 'read', 'link', 'owner', owner, 'change', 'password']
    assert.equal(toHex(encodeShareListing(listing)), `a4${keys.map(text).join('')}`)
  })

  test('comes back as it was', () => {
    const anyListing = fc.record({
      name: anyText,
      owner: anyPeer,
      read: fc.constantFrom(...readRules),
      change: fc.constantFrom(...changeRules),
    })
    fc.assert(
      fc.property(anyListing, (value) => {
        assert.deepEqual(plain(parseShareListing(encodeShareListing(value))), plain(value))
      }),
    )
  })

  test('is refused with rules or an owner that it does not know', () => {
    for (const change of [
      { read: 'nobody' },
      { change: 'everyone' },
      { owner: 'ana' },
      { name: 1 },
    ]) {
      const bytes = encodeCbor({ ...listing, ...change })
      assert.throws(() => parseShareListing(bytes), MalformedError)
    }
  })
})

function parsed(offered: typeof photos) {
  return parseNodeListing(encodeCbor({ name: 'a', shares: [offered] })).shares[0] ?? assert.fail()
}
