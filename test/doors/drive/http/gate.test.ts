import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { DavError } from '../../../../src/doors/drive/errors.ts'
import { Gate } from '../../../../src/doors/drive/http/gate.ts'
import { basic } from '../../../kit/dav.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const password = 'drum-bubble-silver-mother-glove-ticket'
const user = 'fullmesh'
const right = basic({ user, password })

suite('the gate of the drive', () => {
  test('lets in who knows the password, at the names of this computer', () => {
    for (const host of ['127.0.0.1:4711', 'localhost:4711', 'LOCALHOST:4711']) {
      assert.equal(statusOf({ host, authorization: right }), 'in')
    }
  })

  test('refuses a name that leads here from elsewhere', () => {
    for (const host of ['evil.example:4711', '127.0.0.1', '127.0.0.1:80', '[::1]:4711', '']) {
      assert.equal(statusOf({ host, authorization: right }), 421, host)
    }
    assert.equal(statusOf({ authorization: right }), 421)
  })

  test('refuses web pages, also with a password that the browser remembers', () => {
    for (const page of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:4711' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      assert.equal(statusOf({ host: '127.0.0.1:4711', authorization: right, ...page }), 403)
    }
  })

  test('refuses every other password, and says how to show one', () => {
    const wrong = [
      undefined,
      '',
      'Basic',
      basic({ user, password: '' }),
      basic({ user, password: `${password} ` }),
      basic({ user: 'ana', password }),
      `Bearer ${password}`,
      'Digest',
      'Digest username="fullmesh"',
    ]
    for (const authorization of wrong) {
      const headers = { host: '127.0.0.1:4711', ...(authorization ? { authorization } : {}) }
      assert.equal(statusOf(headers), 401, authorization)
    }
    const refused = refusalOf(new World(), { host: '127.0.0.1:4711' })
    assert.match(refused?.headers['www-authenticate'] ?? '', /^Digest .*, Basic realm="/)
  })
})

suite('a password that is proved by Digest', () => {
  test('opens the gate, for that request alone', () => {
    const world = new World()
    const authorization = answerTo(world, { method: 'GET', uri: '/me/' })
    const headers = { host: '127.0.0.1:4711', authorization }
    assert.equal(refusalOf(world, headers, 'GET', '/me/'), undefined)
    assert.equal(refusalOf(world, headers, 'DELETE', '/me/')?.status, 401)
    assert.equal(refusalOf(world, headers, 'GET', '/me/other')?.status, 401)
  })

  test('is asked for again, with a new nonce, when the nonce is old', async () => {
    const world = new World()
    const authorization = answerTo(world, { method: 'GET', uri: '/me/' })
    await world.surroundings.clock.advance(11 * 60_000)
    const refused = refusalOf(world, { host: '127.0.0.1:4711', authorization }, 'GET', '/me/')
    assert.equal(refused?.status, 401)
    assert.match(refused?.headers['www-authenticate'] ?? '', /stale=true/)
  })

  test('is worth nothing with a nonce that the drive has not made', () => {
    const world = new World()
    for (const nonce of ['x', `${Date.UTC(2030, 0, 1).toString(36)}-00`, '']) {
      const authorization = answerTo(world, { method: 'GET', uri: '/me/', nonce })
      const headers = { host: '127.0.0.1:4711', authorization }
      assert.equal(refusalOf(world, headers, 'GET', '/me/')?.status, 401, nonce)
    }
  })
})

class World {
  readonly surroundings = testSurroundings()
  readonly gate = new Gate(
    { password, port: 4711 },
    this.surroundings.clock,
    this.surroundings.random,
  )
}

function statusOf(headers: Readonly<Record<string, string>>): number | 'in' {
  return refusalOf(new World(), headers)?.status ?? 'in'
}

function refusalOf(
  { gate }: World,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  url = '/',
): DavError | undefined {
  try {
    gate.demand({ headers, method, url })
    return undefined
  } catch (error) {
    assert.ok(error instanceof DavError)
    return error
  }
}

/** As a client computes it. Source: RFC 7616, section 3.4. */
function answerTo(
  world: World,
  {
    method,
    uri,
    nonce,
  }: { readonly method: string; readonly uri: string; readonly nonce?: string },
): string {
  const asked = refusalOf(world, { host: '127.0.0.1:4711' })?.headers['www-authenticate'] ?? ''
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(asked)?.[1] ?? ''
  const [realm, own] = [field('realm'), nonce ?? field('nonce')]
  const secret = md5(`${user}:${realm}:${password}`)
  const response = md5(`${secret}:${own}:00000001:0a4f113b:auth:${md5(`${method}:${uri}`)}`)
  return `Digest username="${user}", realm="${realm}", nonce="${own}", uri="${uri}", qop=auth, nc=00000001, cnonce="0a4f113b", response="${response}", algorithm=MD5`
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
