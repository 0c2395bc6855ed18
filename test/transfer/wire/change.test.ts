import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { decodeCbor, encodeCbor } from '../../../src/base/cbor.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import { parseRoot } from '../../../src/content/content-id.ts'
import { NameError, parseSharePath } from '../../../src/content/names.ts'
import { signStatement } from '../../../src/mesh/identity/signature.ts'
import { parseShareId } from '../../../src/shares/share-id.ts'
import {
  changeBytesMax,
  encodeChange,
  ForgedChangeError,
  parseChange,
} from '../../../src/transfer/wire/change.ts'
import type { Change, ChangeAction } from '../../../src/transfer/wire/change.ts'
import { plain } from '../../kit/plain.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { anyContent, anyPath, anyShare, exactBytes } from './arbitraries.ts'

const ana = testIdentity('ana')
const eve = testIdentity('eve')
const share = parseShareId('a'.repeat(52))
const stamp = { share, id: new Uint8Array(16).fill(9), writer: ana.peerId, timeMs: 1000 }

suite('a signed change', () => {
  const anyBase = fc.oneof(fc.constantFrom('absent' as const, 'any' as const), anyContent)
  const anyAction: fc.Arbitrary<ChangeAction> = fc.oneof(
    fc.record({
      what: fc.constant('put' as const),
      path: anyPath,
      content: anyContent,
      attributes: fc.record({ mtimeMs: fc.integer(), executable: fc.boolean() }),
      base: anyBase,
    }),
    fc.record({ what: fc.constant('make' as const), path: anyPath }),
    fc.record({ what: fc.constant('move' as const), path: anyPath, to: anyPath }),
    fc.record({ what: fc.constant('remove' as const), path: anyPath, base: anyBase }),
    fc.record({
      what: fc.constant('restore' as const),
      path: anyPath,
      item: fc.string({ maxLength: 64 }),
    }),
  )

  test('has a statement with fixed bytes, signed under its domain', () => {
    const change: Change = { ...stamp, what: 'make', path: parseSharePath('b') }
    const [statement, signature] = opened(encodeChange(change, ana))
    const text = (value: string): string => {
      const length =
        value.length < 24 ? (0x60 + value.length).toString(16) : `78${value.length.toString(16)}`
      return length + toHex(Buffer.from(value))
    }
    assert.equal(
      toHex(statement),
      `a7${text('v')}01${text('id')}50${'09'.repeat(16)}` +
        `${text('path')}${text('b')}${text('what')}${text('make')}` +
        `${text('share')}${text(share)}${text('timeMs')}1903e8${text('writer')}${text(ana.peerId)}`,
    )
    assert.deepEqual(plain(signature), plain(signStatement(ana, 'fullmesh change 1', statement)))
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyAction, anyShare, exactBytes(16), fc.nat(), (action, to, id, timeMs) => {
        const change: Change = { share: to, id, writer: ana.peerId, timeMs, ...action }
        assert.deepEqual(plain(parseChange(encodeChange(change, ana))), plain(change))
      }),
      { numRuns: 50 },
    )
  })

  test('fits into its limit with the longest paths', () => {
    const path = parseSharePath(Array.from({ length: 16 }, () => 'ä'.repeat(127)).join('/'))
    const change: Change = { ...stamp, what: 'move', path, to: path }
    assert.ok(encodeChange(change, ana).length <= changeBytesMax)
  })

  test('is refused when anybody else has signed it', () => {
    const change: Change = { ...stamp, what: 'make', path: parseSharePath('b') }
    assert.throws(() => parseChange(encodeChange(change, eve)), ForgedChangeError)
  })

  test('is refused when a bit of it was turned', () => {
    const bytes = encodeChange({ ...stamp, what: 'make', path: parseSharePath('b') }, ana)
    for (let at = 0; at < bytes.length; at += 7) {
      const turned = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte))
      assert.throws(() => parseChange(turned), /can't be read|can't be used|not that of its writer/)
    }
  })

  test('is refused under another domain', () => {
    const [statement] = opened(
      encodeChange({ ...stamp, what: 'make', path: parseSharePath('b') }, ana),
    )
    const signature = signStatement(ana, 'fullmesh head 1', statement)
    assert.throws(() => parseChange(encodeCbor([statement, signature])), ForgedChangeError)
  })

  test('is refused when something in it is not of its kind', () => {
    const put = {
      v: 1,
      ...stamp,
      what: 'put',
      path: 'a/b',
      root: new Uint8Array(32),
      length: 5,
      mtimeMs: 7,
      executable: false,
      base: 'absent',
    }
    assert.equal(parseChange(signed(put)).what, 'put')
    for (const change of [
      { v: 2 },
      { share: 'short' },
      { id: new Uint8Array(15) },
      { id: new Uint8Array(17) },
      { writer: 'ana' },
      { timeMs: 'now' },
      { what: 'take' },
      { path: '' },
      { path: 7 },
      { root: new Uint8Array(33) },
      { length: -1 },
      { length: 1.5 },
      { mtimeMs: 9e15 },
      { executable: 1 },
      { base: 'whatever' },
      { base: [new Uint8Array(32)] },
      { base: [new Uint8Array(32), 1, 2] },
    ]) {
      assert.throws(() => parseChange(signed({ ...put, ...change })), MalformedError)
    }
    const rootOfShare = { ...put, what: 'move', to: '' }
    assert.throws(() => parseChange(signed(rootOfShare)), MalformedError)
    assert.throws(() => parseChange(encodeCbor(put)), MalformedError)
  })

  test('never names anything outside the share', () => {
    const move = { v: 1, ...stamp, what: 'move' }
    for (const path of ['../b', '/b', 'a/../b', 'a//b', 'C:\\b', '.fullmesh/journal.db', 'nul']) {
      assert.throws(() => parseChange(signed({ ...move, path, to: 'b' })), NameError, path)
      assert.throws(() => parseChange(signed({ ...move, path: 'b', to: path })), NameError, path)
    }
  })

  test('keeps its base, so that a conflict is seen', () => {
    const base = { root: parseRoot(new Uint8Array(32).fill(3)), length: 12 }
    const change: Change = { ...stamp, what: 'remove', path: parseSharePath('b'), base }
    assert.deepEqual(plain(parseChange(encodeChange(change, ana))), plain(change))
  })
})

function signed(statement: Parameters<typeof encodeCbor>[0]): Uint8Array {
  const bytes = encodeCbor(statement)
  return encodeCbor([bytes, signStatement(ana, 'fullmesh change 1', bytes)])
}

function opened(change: Uint8Array): [Uint8Array, Uint8Array] {
  const parts = decodeCbor(change, 'change')
  assert.ok(Array.isArray(parts) && parts.length === 2)
  const [statement, signature] = parts
  assert.ok(statement instanceof Uint8Array && signature instanceof Uint8Array)
  return [statement, signature]
}
