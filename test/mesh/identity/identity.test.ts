import assert from 'node:assert/strict'
import { X509Certificate, generateKeyPairSync } from 'node:crypto'
import { chmod, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MalformedError } from '../../../src/base/errors.ts'
import { ExposedKeyError, openIdentity } from '../../../src/mesh/identity/identity.ts'
import { verify } from '../../../src/mesh/identity/signature.ts'
import { seededRandom } from '../../kit/seeded-random.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const onWindows = process.platform === 'win32'

suite('the identity of a node', () => {
  test('is made once and stays', async () => {
    await using folder = await tempFolder()
    const home = join(folder.path, 'new', 'home')
    const first = await openIdentity(home, seededRandom(1))
    const again = await openIdentity(home, seededRandom(2))
    assert.equal(again.peerId, first.peerId)
    assert.equal(again.certificate, first.certificate)
    assert.deepEqual((await readdir(home)).toSorted(), ['identity.crt', 'identity.pem'])
    const bytes = Buffer.from('words')
    assert.equal(verify(first.peerId, bytes, again.sign(bytes)), true)
  })

  test('is one even when two processes make it at once', async () => {
    await using folder = await tempFolder()
    const both = await Promise.all([
      openIdentity(folder.path, seededRandom(1)),
      openIdentity(folder.path, seededRandom(2)),
    ])
    assert.equal(both[0].peerId, both[1].peerId)
    assert.deepEqual((await readdir(folder.path)).toSorted(), ['identity.crt', 'identity.pem'])
  })

  test('is kept from others', { skip: onWindows && 'no modes there' }, async () => {
    await using folder = await tempFolder()
    const home = join(folder.path, 'home')
    await openIdentity(home, seededRandom(1))
    assert.equal((await stat(home)).mode & 0o777, 0o700)
    assert.equal((await stat(join(home, 'identity.pem'))).mode & 0o777, 0o600)
  })

  for (const mode of [0o640, 0o604, 0o620, 0o601]) {
    test(
      `is refused when others may reach it (${mode.toString(8)}), in words that help`,
      { skip: onWindows && 'no modes there' },
      async () => {
        await using folder = await tempFolder()
        await openIdentity(folder.path, seededRandom(1))
        const path = join(folder.path, 'identity.pem')
        await chmod(path, mode)
        const error = await openIdentity(folder.path, seededRandom(1)).catch((e: unknown) => e)
        assert.ok(error instanceof ExposedKeyError)
        assert.equal(error.mode, mode)
        assert.match(error.message, /chmod 600/)
        assert.ok(error.message.includes(path))
      },
    )
  }

  test('is never replaced: what is no key of the right kind is refused', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'identity.pem')
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    for (const bad of ['', 'hello', rsa.export({ format: 'pem', type: 'pkcs8' }).toString()]) {
      await writeFile(path, bad, { mode: 0o600 })
      await assert.rejects(openIdentity(folder.path, seededRandom(1)), MalformedError)
      assert.equal(await readFile(path, 'utf8'), bad)
    }
  })

  test('has a certificate of its key alone, which is made anew when it is lost or another one', async () => {
    await using folder = await tempFolder()
    const { certificate, peerId } = await openIdentity(folder.path, seededRandom(1))
    const parsed = new X509Certificate(certificate)
    assert.equal(parsed.publicKey.asymmetricKeyType, 'ed25519')
    assert.equal(parsed.verify(parsed.publicKey), true)
    assert.equal(parsed.subject, `CN=${peerId}`)
    assert.equal(parsed.validTo, 'Dec 31 23:59:59 9999 GMT')
    const path = join(folder.path, 'identity.crt')
    const other = await openIdentity(join(folder.path, 'other'), seededRandom(2))
    for (const spoil of [() => rm(path), () => writeFile(path, other.certificate)]) {
      await spoil()
      const repaired = await openIdentity(folder.path, seededRandom(3))
      assert.equal(repaired.certificate, certificate)
      assert.equal(await readFile(path, 'utf8'), certificate)
    }
  })
})
