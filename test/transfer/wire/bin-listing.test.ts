import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import type { BinItem } from '../../../src/content/content.ts'
import { NameError, parseSharePath } from '../../../src/content/names.ts'
import {
  binItemsMax,
  encodeBinListing,
  encodeBinRequest,
  parseBinListing,
  parseBinRequest,
} from '../../../src/transfer/wire/bin-listing.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { anyPath } from './arbitraries.ts'

const anyKind = fc.constantFrom('version' as const, 'trash' as const)

suite('a request for versions or trash', () => {
  test('has fixed bytes, and comes back as it was', () => {
    const bytes = encodeBinRequest({ kind: 'trash', path: parseSharePath('a/b') })
    assert.equal(toHex(bytes), `8265${toHex(Buffer.from('trash'))}63${toHex(Buffer.from('a/b'))}`)
    fc.assert(
      fc.property(anyKind, anyPath, (kind, path) => {
        assert.deepEqual(parseBinRequest(encodeBinRequest({ kind, path })), { kind, path })
      }),
    )
  })

  test('is refused for another kind, and for a path that leads out', () => {
    assert.throws(() => parseBinRequest(encodeCbor(['stage', 'a'])), MalformedError)
    assert.throws(() => parseBinRequest(encodeCbor(['trash'])), MalformedError)
    assert.throws(() => parseBinRequest(encodeCbor(['trash', '../a'])), NameError)
  })
})

suite('a list of versions or trash', () => {
  const { peerId } = testIdentity('ana')
  const item: BinItem = {
    ...{ id: 'v1', kind: 'version', path: parseSharePath('a') },
    ...{ bytes: 7, atMs: 1000, who: 'owner' },
  }

  test('has fixed bytes', () => {
    const hex = `818562${toHex(Buffer.from('v1'))}6161071903e865${toHex(Buffer.from('owner'))}`
    assert.equal(toHex(encodeBinListing([item])), hex)
  })

  test('comes back as it was', () => {
    const anyItem: fc.Arbitrary<Omit<BinItem, 'kind'>> = fc.record({
      id: fc.string({ maxLength: 64 }),
      path: anyPath.filter((path) => path !== ''),
      bytes: fc.maxSafeNat(),
      atMs: fc.integer(),
      who: fc.constantFrom('owner', peerId),
    })
    fc.assert(
      fc.property(anyKind, fc.array(anyItem, { maxLength: 9 }), (kind, items) => {
        const listed = items.map((one) => ({ ...one, kind }))
        assert.deepEqual(parseBinListing(encodeBinListing(listed), kind), listed)
      }),
    )
  })

  test('names the newest, and no more than are allowed', () => {
    const many = Array.from({ length: binItemsMax + 1 }, (_, at) => ({ ...item, id: `${at}` }))
    const listed = parseBinListing(encodeBinListing(many), 'version')
    assert.deepEqual([listed.length, listed[0]?.id], [binItemsMax, '0'])
    const tooMany = Array.from({ length: binItemsMax + 1 }, () => ['v', 'a', 1, 1, 'owner'])
    assert.throws(() => parseBinListing(encodeCbor(tooMany), 'version'), MalformedError)
  })

  test('is refused with what is no item', () => {
    const refused = [
      ['v'.repeat(65), 'a', 1, 1, 'owner'],
      ['v', '', 1, 1, 'owner'],
      ['v', 'a', -1, 1, 'owner'],
      ['v', 'a', 1, 1.5, 'owner'],
      ['v', 'a', 1, 1],
    ]
    for (const one of refused) {
      assert.throws(() => parseBinListing(encodeCbor([one]), 'version'), MalformedError)
    }
    const somebody = [['v', 'a', 1, 1, 'somebody']]
    assert.throws(() => parseBinListing(encodeCbor(somebody), 'version'))
  })
})
