import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { tlsTransport } from '../../../src/mesh/link/tls-transport.ts'
import type { ReceivedQuestion } from '../../../src/mesh/mesh.ts'
import type { LinkWorld, LinkedNode } from '../../contracts/link.ts'
import { readAll } from '../../kit/bodies.ts'
import { linkWorld } from '../../kit/link-world.ts'
import { hasTool, runTool } from '../../kit/outside-tool.ts'
import { tempFolder } from '../../kit/temp-folder.ts'
import type { TempFolder } from '../../kit/temp-folder.ts'
import { certifiedIdentity } from '../../kit/test-identity.ts'

const noCurl = !hasTool('curl', /HTTP2/) && 'curl with HTTP/2 is not installed'
const noOpenssl = !hasTool('openssl', /OpenSSL 3/, 'version') && 'OpenSSL 3 is not installed'

suite('programs of others', () => {
  let world: LinkWorld
  let ana: LinkedNode
  let folder: TempFolder
  let seen: ReceivedQuestion | undefined
  let place = ''
  let proof: string[] = []

  before(async () => {
    folder = await tempFolder()
    world = linkWorld({ identityOf: certifiedIdentity, transport: tlsTransport, host: '127.0.0.1' })
    ana = await world.open('ana', async (question) => {
      seen = question
      const body = await readAll(question.body)
      return { status: 201, headers: { 'x-told': String(body) }, body: Buffer.from('hello, curl') }
    })
    place = `127.0.0.1:${ana.address.port}`
    const { certificate, privateKey } = await certifiedIdentity('tool')
    proof = ['--cert', join(folder.path, 'tool.crt'), '--key', join(folder.path, 'tool.key')]
    await writeFile(join(folder.path, 'tool.crt'), certificate)
    await writeFile(join(folder.path, 'tool.key'), privateKey, { mode: 0o600 })
  })

  after(async () => {
    await world[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  /** The same options with one dash, as openssl spells them. */
  const opensslProof = () => proof.map((part) => part.replace(/^--/, '-'))

  test('curl asks a node, as the peer whose key it has', { skip: noCurl }, async () => {
    const url = `https://${place}/1/node`
    const options = ['--http2', '--insecure', '--silent', '--include', '--data', 'some words']
    const { exitCode, output } = await runTool('curl', [...options, ...proof, url])
    assert.equal(exitCode, 0, output)
    assert.match(output, /^HTTP\/2 201/)
    assert.match(output, /x-told: some words/)
    assert.match(output, /hello, curl/)
    assert.equal(seen?.peer, (await certifiedIdentity('tool')).peerId)
    assert.equal(ana.accepted.length, 0)
    const asking = seen.link.ask({ method: 'GET', path: '/' }, new AbortController().signal)
    await assert.rejects(asking, { name: 'OfflineError' })
  })

  test(
    'curl is told nothing when it proves nothing, or speaks HTTP/1.1',
    { skip: noCurl },
    async () => {
      const url = `https://${place}/1/node`
      seen = undefined
      const anonymous = await runTool('curl', ['--http2', '--insecure', '--silent', url])
      assert.notEqual(anonymous.exitCode, 0)
      const old = await runTool('curl', ['--http1.1', '--insecure', '--silent', ...proof, url])
      assert.notEqual(old.exitCode, 0)
      assert.equal(seen, undefined)
    },
  )

  test(
    'openssl finds TLS 1.3 with an Ed25519 proof, and our protocol',
    { skip: noOpenssl },
    async () => {
      const { output } = await runTool('openssl', [
        's_client',
        ...['-connect', place, '-alpn', 'http/1.1,fullmesh/1'],
        ...opensslProof(),
      ])
      assert.match(output, /New, TLSv1\.3, Cipher is TLS_/)
      assert.match(output, /ALPN protocol: fullmesh\/1/)
      assert.match(output, /Peer signature type: Ed25519/i)
      assert.match(output, /Client Certificate Types|Requested Signature Algorithms: Ed25519/i)
    },
  )

  test('openssl finds nothing older, and no session to resume', { skip: noOpenssl }, async () => {
    const old = await runTool('openssl', [
      's_client',
      '-connect',
      place,
      '-tls1_2',
      ...opensslProof(),
    ])
    assert.notEqual(old.exitCode, 0)
    assert.match(old.output, /alert protocol version/)
    const session = join(folder.path, 'session')
    const common = ['s_client', '-connect', place, '-alpn', 'fullmesh/1', ...opensslProof()]
    await runTool('openssl', [...common, '-sess_out', session])
    const again = await runTool('openssl', [...common, '-sess_in', session])
    assert.doesNotMatch(again.output, /Reused, TLS/)
  })
})
