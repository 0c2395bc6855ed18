import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { identityOf, parsePrivateKey } from '../../../src/mesh/identity/private-key.ts'
import {
  signStatement,
  signedBytes,
  verify,
  verifyStatement,
} from '../../../src/mesh/identity/signature.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('a signature', () => {
  const ana = testIdentity('ana')
  const ben = testIdentity('ben')
  const statement = Buffer.from('Ben may read')

  test('is Ed25519 as in RFC 8032, section 7.1, test 2', () => {
    const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
    const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----`
    const signature = identityOf(parsePrivateKey(pem), '').sign(Uint8Array.of(0x72))
    assert.equal(
      Buffer.from(signature).toString('hex'),
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  test('holds for its signer, its kind and its words alone', () => {
    const signature = signStatement(ana, 'fullmesh test 1', statement)
    assert.equal(verifyStatement(ana.peerId, 'fullmesh test 1', statement, signature), true)
    assert.equal(verifyStatement(ben.peerId, 'fullmesh test 1', statement, signature), false)
    assert.equal(verifyStatement(ana.peerId, 'fullmesh test 2', statement, signature), false)
    const other = Buffer.from('Ben may change')
    assert.equal(verifyStatement(ana.peerId, 'fullmesh test 1', other, signature), false)
    const broken = Buffer.from(signature)
    broken[3] = (broken[3] ?? 0) ^ 1
    assert.equal(verifyStatement(ana.peerId, 'fullmesh test 1', statement, broken), false)
    assert.equal(verifyStatement(ana.peerId, 'fullmesh test 1', statement, Buffer.alloc(3)), false)
  })

  test('keeps a kind apart from a statement that begins like its end', () => {
    const one = signedBytes('a', Buffer.from('b'))
    const other = signedBytes('ab', Buffer.from(''))
    assert.notDeepEqual(one, other)
  })

  test('holds for plain bytes too', () => {
    assert.equal(verify(ana.peerId, statement, ana.sign(statement)), true)
    assert.equal(verify(ben.peerId, statement, ana.sign(statement)), false)
  })
})
