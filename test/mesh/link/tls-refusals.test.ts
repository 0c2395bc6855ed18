import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { createServer } from 'node:tls'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { OfflineError, WrongPeerError } from '../../../src/mesh/errors.ts'
import { handshakeMs } from '../../../src/mesh/gate/limits.ts'
import { alpn } from '../../../src/mesh/link/alpn.ts'
import { tlsTransport } from '../../../src/mesh/link/tls-transport.ts'
import type { Identity } from '../../../src/mesh/mesh.ts'
import type { LinkWorld, LinkedNode } from '../../contracts/link.ts'
import { foreignCertificate } from '../../kit/foreign-certificate.ts'
import { greeting, hostileSocket, question } from '../../kit/hostile-frames.ts'
import { linkWorld } from '../../kit/link-world.ts'
import { certifiedIdentity } from '../../kit/test-identity.ts'
import { until } from '../../kit/until.ts'

const never = new AbortController().signal

suite('a node that listens', () => {
  let world: LinkWorld
  let ana: LinkedNode
  let ben: Identity
  let asked = 0

  before(async () => {
    world = linkWorld({ identityOf: certifiedIdentity, transport: tlsTransport, host: '127.0.0.1' })
    ana = await world.open('ana', async () => {
      asked++
      return { status: 200 }
    })
    ben = await certifiedIdentity('ben')
  })

  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.equal(ana.surroundings.clock.pending, 0)
  })

  /** Whatever is said and asked on the socket comes to nothing. */
  async function isRefused(socket: TLSSocket): Promise<void> {
    let heardBytes = 0
    socket.on('data', (bytes: Buffer) => (heardBytes += bytes.length))
    const closed = once(socket, 'close')
    const [askedBefore, acceptedBefore] = [asked, ana.accepted.length]
    socket.write(Buffer.concat([greeting, question(1, 'no body')]))
    await closed
    assert.deepEqual([heardBytes, asked, ana.accepted.length], [0, askedBefore, acceptedBefore])
  }

  function refusedInHandshake(options: object, identity: Identity | undefined = ben) {
    return assert.rejects(
      hostileSocket(ana.address, identity, options),
      /SSL|TLS|alert|ECONNRESET/i,
    )
  }

  test('hears whoever proves an Ed25519 key', async () => {
    const socket = await hostileSocket(ana.address, ben)
    const askedBefore = asked
    socket.write(Buffer.concat([greeting, question(1, 'no body')]))
    await until(() => asked > askedBefore)
    socket.destroy()
  })

  test('refuses TLS 1.2', () => refusedInHandshake({ maxVersion: 'TLSv1.2' }))

  test('refuses whoever shows no certificate', async () => {
    await isRefused(await hostileSocket(ana.address, undefined))
  })

  for (const kind of ['RSA', 'ECDSA'] as const) {
    test(`refuses a certificate of an ${kind} key`, async () => {
      const { certificate, privateKey } = await foreignCertificate(kind)
      const options = { cert: certificate, key: privateKey }
      const socket = await hostileSocket(ana.address, undefined, options).catch(() => undefined)
      if (socket) await isRefused(socket)
    })
  }

  test('refuses a certificate whose key the other side does not have', async () => {
    const { privateKey } = await certifiedIdentity('cem')
    await assert.rejects(
      hostileSocket(ana.address, undefined, { cert: ben.certificate, key: privateKey }),
      /key values mismatch/,
    )
  })

  test('refuses other protocols, and says so in the handshake', async () => {
    await refusedInHandshake({ ALPNProtocols: ['http/1.1'] })
    await refusedInHandshake({ ALPNProtocols: ['fullmesh/2'] })
  })

  test('refuses whoever does not say what it speaks', async () => {
    await isRefused(await hostileSocket(ana.address, ben, { ALPNProtocols: [] }))
  })

  test('gives no session that could be resumed without a new proof', async () => {
    const first = await hostileSocket(ana.address, ben)
    first.write(greeting)
    const sessions: Buffer[] = []
    first.on('session', (session: Buffer) => sessions.push(session))
    first.resume()
    await until(() => sessions.length > 0)
    const again = await hostileSocket(ana.address, ben, { session: sessions[0] })
    assert.equal(again.isSessionReused(), false)
    first.destroy()
    again.destroy()
  })

  for (const [what, bytes] of [
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: ana\r\n\r\n')],
    ['plain HTTP/2', greeting],
    ['garbage', Buffer.alloc(5000, 0xa5)],
  ] as const) {
    test(`hangs up on ${what}`, async () => {
      const socket = await plainSocket()
      const closed = once(socket, 'close')
      socket.resume().write(bytes)
      await closed
    })
  }

  test('waits for a handshake no longer than its deadline', async () => {
    const silent = await plainSocket()
    const slow = await plainSocket()
    slow.write(Uint8Array.of(0x16, 0x03, 0x01))
    const mute = await hostileSocket(ana.address, ben)
    mute.resume()
    const { clock } = ana.surroundings
    await until(() => clock.pending >= 4)
    await clock.advance(handshakeMs - 1)
    assert.deepEqual([silent.closed, slow.closed, mute.closed], [false, false, false])
    slow.write(Uint8Array.of(0x02))
    await clock.advance(1)
    await until(() => silent.closed && slow.closed && mute.closed)
  })

  test('refuses a reversed connection that nobody asked for', async () => {
    const token = 'a'.repeat(26)
    for (const servername of [`${token}.fullmesh.alt`, 'ana.example', '']) {
      const options = { ALPNProtocols: [alpn.reverse], servername }
      await isRefused(await hostileSocket(ana.address, ben, options))
    }
  })

  test('takes a reversed connection from the peer that it asked, and from no other', async () => {
    const acceptedBefore = ana.accepted.length
    const socket = await hostileSocket(ana.address, ben)
    let heard = ''
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')))
    socket.write(greeting)
    await until(() => ana.accepted.length > acceptedBefore)
    const asking = ana.accepted.at(-1)!.ask({ method: 'GET', path: '/' }, never)
    asking.catch(() => {})
    const offer = /link="([a-z2-7]+)"/
    await until(() => offer.test(heard))
    const options = {
      ALPNProtocols: [alpn.reverse],
      servername: `${offer.exec(heard)?.[1]}.fullmesh.alt`,
    }
    await isRefused(await hostileSocket(ana.address, await certifiedIdentity('mallory'), options))
    const reversed = await hostileSocket(ana.address, ben, options)
    const [first] = (await once(reversed, 'data')) as [Buffer]
    assert.match(first.toString('latin1'), /^PRI \* HTTP\/2\.0/)
    reversed.destroy()
    await assert.rejects(asking, OfflineError)
    socket.destroy()
  })

  test('gives up on a far side that does not connect back', async () => {
    const acceptedBefore = ana.accepted.length
    const socket = await hostileSocket(ana.address, ben)
    socket.resume().write(greeting)
    await until(() => ana.accepted.length > acceptedBefore)
    const asking = ana.accepted.at(-1)!.ask({ method: 'GET', path: '/' }, never)
    asking.catch(() => {})
    await ana.surroundings.clock.advance(15_000)
    await assert.rejects(asking, OfflineError)
    socket.destroy()
  })

  function plainSocket(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(ana.address, () => resolve(socket))
      socket.on('error', reject)
    })
  }
})

suite('a node that dials', () => {
  /** Dials a server of anyone's making; tells what it saw of the dialler's questions. */
  async function dialServer(options: TlsOptions): Promise<{ error: unknown; heardBytes: number }> {
    await using world = linkWorld({
      identityOf: certifiedIdentity,
      transport: tlsTransport,
      host: '127.0.0.1',
    })
    const ben = await world.open('ben', async () => ({ status: 200 }))
    const ana = await certifiedIdentity('ana')
    let heardBytes = 0
    const open = new Set<Socket>()
    const server = createServer({ requestCert: true, rejectUnauthorized: false, ...options })
    server.on('tlsClientError', () => {})
    server.on('secureConnection', (socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes: Buffer) => (heardBytes += bytes.length))
      socket.on('end', () => socket.end())
      open.add(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address)
    const error = await ben.transport
      .dial({ host: '127.0.0.1', port: address.port }, ana.peerId, 'direct', never)
      .catch((e: unknown) => e)
    await until(() => [...open].every((socket) => socket.destroyed))
    server.close()
    return { error, heardBytes }
  }

  test('sends no byte of a question to another peer than it meant', async () => {
    const { certificate, privateKey } = await certifiedIdentity('mallory')
    const { error, heardBytes } = await dialServer({
      cert: certificate,
      key: privateKey,
      ALPNProtocols: [alpn.link],
    })
    assert.ok(error instanceof WrongPeerError)
    assert.equal(heardBytes, 0)
  })

  test('refuses a server without HTTP/2 of our kind, of TLS 1.2 or with another kind of key', async () => {
    const { certificate: cert, privateKey: key } = await certifiedIdentity('ana')
    const ecdsa = await foreignCertificate('ECDSA')
    for (const options of [
      { cert, key, ALPNProtocols: ['h2'] },
      { cert, key },
      { cert, key, ALPNProtocols: [alpn.link], maxVersion: 'TLSv1.2' },
      { cert: ecdsa.certificate, key: ecdsa.privateKey, ALPNProtocols: [alpn.link] },
    ] satisfies TlsOptions[]) {
      const { error, heardBytes } = await dialServer(options)
      assert.ok(error instanceof OfflineError)
      assert.equal(heardBytes, 0)
    }
  })
})
