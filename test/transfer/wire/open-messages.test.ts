import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { MalformedError } from '../../../src/base/errors.ts'
import type { OpenAnswer, OpenProof } from '../../../src/shares/shares.ts'
import { encodeOpenAnswer, parseOpenAnswer } from '../../../src/transfer/wire/open-answer.ts'
import {
  encodeOpenProof,
  openBytesMax,
  parseOpenProof,
} from '../../../src/transfer/wire/open-proof.ts'
import { plain } from '../../kit/plain.ts'
import { anyBytes, exactBytes } from './arbitraries.ts'

const anyScope = fc.constantFrom('read' as const, 'change' as const)

suite('what is shown to open a share', () => {
  const anyProof: fc.Arbitrary<OpenProof> = fc.oneof(
    fc.constantFrom<OpenProof>({ kind: 'none' }, { kind: 'deputy' }),
    fc.record({ kind: fc.constant('renewal' as const), capability: anyBytes(600) }),
    fc.record({ kind: fc.constant('secret' as const), proof: exactBytes(32) }),
    fc.record({ kind: fc.constant('password-start' as const), request: anyBytes(320) }),
    fc.record({
      kind: fc.constant('password-finish' as const),
      login: anyBytes(16),
      scope: anyScope,
      finish: anyBytes(320),
      proof: exactBytes(32),
    }),
    fc.record({ kind: fc.constant('password-failed' as const), login: anyBytes(16) }),
  )

  test('is a map with fixed bytes', () => {
    assert.equal(toHex(encodeOpenProof({ kind: 'none' })), 'a1646b696e64646e6f6e65')
    const secret = encodeOpenProof({ kind: 'secret', proof: new Uint8Array(32).fill(0xab) })
    assert.equal(
      toHex(secret),
      `a2646b696e646673656372657465${toHex(Buffer.from('proof'))}5820${'ab'.repeat(32)}`,
    )
  })

  test('comes back as it was, and fits into its limit', () => {
    fc.assert(
      fc.property(anyProof, (proof) => {
        const bytes = encodeOpenProof(proof)
        assert.ok(bytes.length <= openBytesMax)
        assert.deepEqual(plain(parseOpenProof(bytes)), plain(proof))
      }),
    )
  })

  test('is refused when short, long or of an unknown kind', () => {
    for (const value of [
      { kind: 'guess' },
      {},
      { kind: 'secret' },
      { kind: 'secret', proof: new Uint8Array(31) },
      { kind: 'secret', proof: new Uint8Array(33) },
      { kind: 'password-start', request: new Uint8Array(1025) },
      { kind: 'password-start', request: 'text' },
      { kind: 'password-failed', login: new Uint8Array(65) },
      { kind: 'renewal', capability: new Uint8Array(1025) },
      {
        kind: 'password-finish',
        login: new Uint8Array(16),
        scope: 'write',
        finish: new Uint8Array(64),
        proof: new Uint8Array(32),
      },
    ]) {
      assert.throws(() => parseOpenProof(encodeCbor(value)), MalformedError, JSON.stringify(value))
    }
  })
})

suite('the answer to whoever opens a share', () => {
  const anyOptional = fc.option(anyBytes(600), { nil: undefined })
  const anyResponses = fc.record(
    { read: anyBytes(320), change: anyBytes(320) },
    { requiredKeys: [] },
  )
  const anyAnswer: fc.Arbitrary<OpenAnswer> = fc.oneof(
    fc.record({
      kind: fc.constant('granted' as const),
      capability: anyBytes(600),
      scope: anyScope,
      deputy: anyOptional,
    }),
    fc.record({
      kind: fc.constant('password-response' as const),
      login: anyBytes(16),
      responses: anyResponses,
      deputyship: anyOptional,
    }),
    fc.record({
      kind: fc.constant('needed' as const),
      what: fc.constantFrom('link' as const, 'password' as const, 'contact' as const),
    }),
  )

  test('is a map with fixed bytes', () => {
    const needed = encodeOpenAnswer({ kind: 'needed', what: 'link' })
    assert.equal(toHex(needed), 'a2646b696e64666e6565646564647768 6174646c696e6b'.replace(' ', ''))
    const granted = encodeOpenAnswer({
      kind: 'granted',
      capability: Uint8Array.of(1, 2),
      scope: 'read',
      deputy: undefined,
    })
    const keys = ['kind', 'granted', 'scope', 'read', 'capability'].map((word) => {
      return (0x60 + word.length).toString(16) + toHex(Buffer.from(word))
    })
    assert.equal(toHex(granted), `a3${keys.join('')}420102`)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        assert.deepEqual(plain(parseOpenAnswer(encodeOpenAnswer(answer))), plain(answer))
      }),
    )
  })

  test('is refused when short, long or of an unknown kind', () => {
    for (const value of [
      { kind: 'welcome' },
      { kind: 'granted', scope: 'read' },
      { kind: 'granted', scope: 'all', capability: new Uint8Array(9) },
      { kind: 'granted', scope: 'read', capability: new Uint8Array(1025) },
      { kind: 'granted', scope: 'read', capability: new Uint8Array(9), deputy: 7 },
      { kind: 'password-response', login: new Uint8Array(65) },
      { kind: 'password-response', login: new Uint8Array(16), read: 'text' },
      { kind: 'needed', what: 'money' },
    ]) {
      assert.throws(() => parseOpenAnswer(encodeCbor(value)), MalformedError, JSON.stringify(value))
    }
  })
})
