import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, property, string } from 'fast-check'
import {
  newLinkToken,
  parseReverseOffer,
  parseReverseServerName,
  reverseOffer,
  reverseServerName,
} from '../../../src/mesh/link/alpn.ts'
import { seededRandom } from '../../kit/seeded-random.ts'

suite('the offer of a reversed connection', () => {
  const token = newLinkToken(seededRandom('token'))

  test('is an alternative service that names the link', () => {
    assert.equal(token, 'oe6as6t2mwhiegyta4upzsobcy')
    assert.equal(reverseOffer(token, 4711), `fullmesh-reverse%2F1=":4711"; link="${token}"`)
    assert.equal(parseReverseOffer(reverseOffer(token, 4711)), token)
  })

  test('may have other parameters, in any order', () => {
    const offer = `fullmesh-reverse%2F1=":1";ma=60; link="${token}"; persist=1`
    assert.equal(parseReverseOffer(offer), token)
  })

  test('is not taken from another service, nor with another token', () => {
    for (const offer of [
      '',
      'clear',
      `h2=":4711"; link="${token}"`,
      `fullmesh-reverse%2F2=":4711"; link="${token}"`,
      'fullmesh-reverse%2F1=":4711"',
      'fullmesh-reverse%2F1=":4711"; link=""',
      `fullmesh-reverse%2F1=":4711"; link="${token}a"`,
      `fullmesh-reverse%2F1=":4711"; link="${token.toUpperCase()}"`,
      'fullmesh-reverse%2F1=":4711"; link="../../../../etc/passwd!!!"',
    ]) {
      assert.equal(parseReverseOffer(offer), undefined, offer)
    }
    always(property(string(), (text) => assert.equal(parseReverseOffer(text), undefined)))
  })

  test('comes back as the server name of the connection', () => {
    assert.equal(reverseServerName(token), `${token}.fullmesh.alt`)
    assert.equal(parseReverseServerName(reverseServerName(token)), token)
    for (const name of [
      false,
      null,
      '',
      token,
      `${token}.example`,
      'fullmesh.alt',
      '.fullmesh.alt',
    ] as const) {
      assert.equal(parseReverseServerName(name), undefined)
    }
  })
})
