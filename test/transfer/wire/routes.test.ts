import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import { NameError, parseSharePath } from '../../../src/content/names.ts'
import { parseShareId } from '../../../src/shares/share-id.ts'
import { parseRoute, questionOf, UnsupportedError } from '../../../src/transfer/wire/routes.ts'
import type { Route, ShareQuestion } from '../../../src/transfer/wire/routes.ts'
import { plain } from '../../kit/plain.ts'
import { anyPath, anyShare, exactBytes } from './arbitraries.ts'

const share = parseShareId('a'.repeat(52))
const offer = Uint8Array.from({ length: 16 }, (_, at) => at)

const table: readonly (readonly [string, string, Route])[] = [
  ['GET', '/1/node', { to: 'node' }],
  ['GET', `/1/shares/${share}`, { to: 'share', share }],
  ['POST', `/1/shares/${share}/open`, { to: 'open', share }],
  ['GET', `/1/shares/${share}/head`, { to: 'head', share }],
  ['POST', `/1/shares/${share}/pages`, { to: 'pages', share }],
  ['POST', `/1/shares/${share}/small`, { to: 'small', share }],
  ['POST', `/1/shares/${share}/layer`, { to: 'layer', share }],
  ['POST', `/1/shares/${share}/leaves`, { to: 'leaves', share }],
  ['GET', `/1/shares/${share}/watch`, { to: 'watch', share }],
  ['POST', `/1/shares/${share}/changes`, { to: 'changes', share }],
  [
    'GET',
    `/1/shares/${share}/files/100%25/%C3%A4%20b`,
    { to: 'file', share, path: parseSharePath('100%/ä b') },
  ],
  ['GET', '/1/offers/000102030405060708090a0b0c0d0e0f/layer', { to: 'offer-layer', offer }],
  ['GET', '/1/offers/000102030405060708090a0b0c0d0e0f/bytes', { to: 'offer-bytes', offer }],
]

suite('the paths of the peer protocol', () => {
  test('are those of the table, in both directions', () => {
    for (const [method, path, route] of table) {
      assert.deepEqual(questionOf(route), { method, path })
      assert.deepEqual(plain(parseRoute(method, path)), plain(route))
    }
  })

  test('come back as they were, whatever is in them', () => {
    const anyQuestion = fc.constantFrom<ShareQuestion>('share', 'open', 'pages', 'watch')
    const anyRoute = fc.oneof(
      fc.record({ to: fc.constant('file' as const), share: anyShare, path: anyPath }),
      fc.record({ to: anyQuestion, share: anyShare }),
      fc.record({ to: fc.constant('offer-bytes' as const), offer: exactBytes(16) }),
    )
    fc.assert(
      fc.property(anyRoute, (route) => {
        const { method, path } = questionOf(route)
        assert.deepEqual(plain(parseRoute(method, path)), plain(route))
      }),
    )
  })

  test('of another version, method or name are not supported', () => {
    for (const [method, path] of [
      ['GET', '/2/node'],
      ['GET', '/node'],
      ['GET', '/'],
      ['GET', ''],
      ['POST', '/1/node'],
      ['DELETE', `/1/shares/${share}`],
      ['GET', `/1/shares/${share}/open`],
      ['GET', `/1/shares/${share}/head/more`],
      ['GET', `/1/shares/${share}/toString`],
      ['GET', '/1/shares'],
      ['GET', '/1/offers/000102030405060708090a0b0c0d0e0f/else'],
      ['GET', '/1/node/more'],
    ] as const) {
      assert.throws(() => parseRoute(method, path), UnsupportedError, `${method} ${path}`)
    }
  })

  test('with a query mean the same without it', () => {
    assert.deepEqual(parseRoute('GET', '/1/node?later=1'), { to: 'node' })
  })

  test('with broken ids are malformed', () => {
    for (const path of [
      `/1/shares/${'a'.repeat(51)}/head`,
      `/1/shares/${'a'.repeat(53)}/head`,
      `/1/shares/${'1'.repeat(52)}/head`,
      '/1/offers/00010203/layer',
      '/1/offers/00010203/bytes',
      `/1/offers/${'0'.repeat(34)}/bytes`,
      `/1/offers/${'g'.repeat(32)}/bytes`,
    ]) {
      assert.throws(() => parseRoute('GET', path), MalformedError, path)
    }
  })
})

suite('the path of a file', () => {
  const refused = (path: string): unknown => {
    try {
      return parseRoute('GET', `/1/shares/${share}/files/${path}`)
    } catch (error) {
      return error
    }
  }

  test('never leads out of the share', () => {
    for (const path of ['..', 'a/..', '%2e%2e', 'a/%2E%2E/b', '.', '..%5Cb', 'C:', '.fullmesh/x']) {
      assert.ok(refused(path) instanceof NameError, path)
    }
  })

  test('has no name that hides a slash, and none that is empty', () => {
    for (const path of ['a%2fb', '%2Fetc', '', 'a//b', '/etc/passwd', 'a/', '..%2f..']) {
      assert.ok(refused(path) instanceof MalformedError, path)
    }
  })

  test('is refused when its percent-encoding is broken', () => {
    for (const path of ['%', '%zz', '%c3', '%ff']) {
      assert.ok(refused(path) instanceof MalformedError, path)
    }
  })
})
