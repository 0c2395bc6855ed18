import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, constantFrom, integer, property, string, uint8Array } from 'fast-check'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { MissingError, RemoteError, errorKinds } from '../../../src/base/errors.ts'
import type { ErrorKind } from '../../../src/base/errors.ts'
import {
  encodeFailure,
  failureAnswer,
  failureBytesMax,
  parseFailure,
} from '../../../src/mesh/link/failure.ts'

suite('a failure on the wire', () => {
  const kinds = Object.keys(errorKinds) as ErrorKind[]

  test('is kind and message in deterministic CBOR', () => {
    assert.equal(
      Buffer.from(encodeFailure(new MissingError('No such share.'))).toString('hex'),
      // {"kind": "missing", "message": "No such share."}
      'a2646b696e64676d697373696e67676d6573736167656e4e6f20737563682073686172652e',
    )
    assert.equal(failureAnswer(new MissingError('No such share.')).status, 404)
  })

  test('arrives as it was sent', () => {
    always(
      property(
        constantFrom(...kinds.filter((kind) => kind !== 'bug')),
        string({ minLength: 1, maxLength: 80, unit: 'grapheme-ascii' }),
        (kind, text) => {
          const message = `It is ${text.trim().replaceAll(/ +/g, ' ')}.`
          const body = encodeFailure(new RemoteError(kind, message))
          const parsed = parseFailure(errorKinds[kind].http, body)
          assert.equal(parsed.kind, kind)
          assert.equal(parsed.message, message)
        },
      ),
    )
  })

  test('does not tell what a bug was', () => {
    for (const bug of [
      new Error('secret'),
      new RemoteError('bug', 'secret'),
      'secret',
      undefined,
    ]) {
      assert.doesNotMatch(Buffer.from(encodeFailure(bug)).toString('latin1'), /secret/)
      assert.equal(parseFailure(500, encodeFailure(bug)).kind, 'bug')
    }
  })

  test('is clean and short, whoever sent it', () => {
    const message = `a\u0000\u001b[2Jb\u202ec\u200bd${'x'.repeat(9000)}`
    const made = encodeFailure(new MissingError(message))
    assert.ok(made.length < failureBytesMax)
    for (const body of [made, encodeCbor({ kind: 'missing', message: message.slice(0, 2000) })]) {
      const shown = parseFailure(404, body).message
      assert.ok(shown.length <= 1000)
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u)
      assert.ok(shown.startsWith('a'))
    }
  })

  test('goes by its status when its body is missing, broken or of a kind not known here', () => {
    for (const body of [
      new Uint8Array(),
      Buffer.from('<html>'),
      encodeCbor(['missing']),
      encodeCbor({ kind: 'toString', message: 7 }),
      encodeCbor({ kind: 'future' }),
    ]) {
      const failure = parseFailure(429, body)
      assert.equal(failure.kind, 'limit')
      assert.match(failure.message, /429/)
    }
    assert.equal(parseFailure(418, new Uint8Array()).kind, 'usage')
    assert.equal(parseFailure(599, new Uint8Array()).kind, 'bug')
  })

  test('can be read whatever it holds', () => {
    always(
      property(integer({ min: 400, max: 599 }), uint8Array({ maxLength: 200 }), (status, body) => {
        assert.ok(parseFailure(status, body) instanceof RemoteError)
      }),
    )
  })
})
