import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { askAsBrowser } from '../../../kit/doors/browser-request.ts'
import { openBrowserWindow } from '../../../kit/doors/browser-window.ts'
import { watchLeaks } from '../../../kit/leaks.ts'

const foreign = 'http://evil.example'

suite('what other pages send to the node of whoever visits them', () => {
  type Attack = Readonly<Record<string, string>>
  const attacks: Readonly<Record<string, readonly [line: string, headers: Attack, body?: string]>> =
    {
      'a name that leads to this computer (DNS rebinding)': [
        'GET /api/v1/status',
        { host: 'evil.example' },
      ],
      'the same with the right port': ['GET /api/v1/status', { host: 'evil.example:PORT' }],
      'the same for the page itself': ['GET /', { host: 'evil.example:PORT' }],
      'the right name with another port': ['GET /api/v1/status', { host: '127.0.0.1:1' }],
      'another name for all addresses': ['GET /api/v1/status', { host: '0.0.0.0:PORT' }],
      'an own name with a dot behind it': ['GET /api/v1/status', { host: 'localhost.:PORT' }],
      'no name': ['GET /api/v1/status', { host: '' }],
      'a fetch with the session': ['GET /api/v1/status', { origin: foreign }],
      'a fetch of a page from a file or a sandbox': ['GET /api/v1/status', { origin: 'null' }],
      'a fetch of another server on this computer': [
        'GET /api/v1/status',
        { origin: 'http://127.0.0.1:1' },
      ],
      'the same, as a browser without Origin says it': [
        'GET /api/v1/status',
        { 'sec-fetch-site': 'same-site' },
      ],
      'a form': [
        'POST /api/v1/stop',
        { origin: foreign, 'content-type': 'application/x-www-form-urlencoded' },
        'a=b',
      ],
      'a form that pretends to be JSON': [
        'POST /api/v1/stop',
        { origin: foreign, 'content-type': 'text/plain' },
        '{}',
      ],
      'a question whether it may ask (preflight)': [
        'OPTIONS /api/v1/stop',
        { origin: foreign, 'access-control-request-method': 'POST' },
      ],
      'an event stream': [
        'GET /api/v1/events',
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', accept: 'text/event-stream' },
      ],
      'a web socket': [
        'GET /api/v1/events',
        {
          origin: foreign,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-version': '13',
        },
      ],
      'a script or picture of the page': [
        'GET /',
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      ],
      'a frame around the page': [
        'GET /',
        {
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': 'iframe',
        },
      ],
      'a way into the API by a link': [
        'GET /api/v1/status',
        {
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': 'document',
        },
      ],
      'a code that it has guessed': [
        'POST /api/v1/session',
        { origin: foreign, 'content-type': 'application/json' },
        '{"code":"x"}',
      ],
    }
  for (const [what, [line, headers, body]] of Object.entries(attacks)) {
    test(`is refused: ${what}`, async () => {
      await using window = await openBrowserWindow()
      const own = { authorization: `Bearer ${window.session}` }
      const sent = Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('PORT', String(window.port)),
      ])
      const answer = await askAsBrowser(
        window.port,
        line,
        { ...own, ...Object.fromEntries(sent) },
        body,
      )
      assert.ok(answer.status === 403 || answer.status === 400, `${answer.status} ${answer.body}`)
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
      assert.equal(window.backend.stopped, false)
    })
  }
})

suite('whoever has no session', () => {
  for (const [what, headers] of Object.entries<Record<string, string>>({
    'sends nothing': {},
    'sends an empty one': { authorization: 'Bearer ' },
    'sends a wrong one': { authorization: `Bearer ${'x'.repeat(32)}` },
    'sends it as a cookie': { cookie: 'session=SESSION' },
    'sends it as another scheme': { authorization: 'Basic SESSION' },
  })) {
    test(`gets no answer: ${what}`, async () => {
      await using window = await openBrowserWindow()
      const sent = Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('SESSION', window.session),
      ])
      const answer = await askAsBrowser(window.port, 'GET /api/v1/status', Object.fromEntries(sent))
      assert.equal(answer.status, 403)
      assert.match(answer.body, /NoSessionError.*fullmesh ui/)
    })
  }

  test('gets no answer by putting it into the address', async () => {
    await using window = await openBrowserWindow()
    const line = `GET /api/v1/status?session=${window.session}`
    assert.equal((await askAsBrowser(window.port, line, {})).status, 403)
  })
})

suite("the node's own page", () => {
  test('is let in, and leaves nothing open', async () => {
    await using _ = watchLeaks()
    await using window = await openBrowserWindow()
    const answer = await window.ask('GET /api/v1/status')
    assert.equal(answer.status, 200)
    assert.match(answer.body, /fullmesh\.status\/1/)
  })

  test('may be reached by a link on another page', async () => {
    await using window = await openBrowserWindow()
    const answer = await askAsBrowser(window.port, 'GET /', {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    })
    assert.equal(answer.status, 200)
  })

  test('runs its own files alone, and is in nobody’s frame', async () => {
    await using window = await openBrowserWindow()
    const { headers } = await askAsBrowser(window.port, 'GET /', {})
    const policy = headers.get('content-security-policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      assert.ok(policy.split('; ').includes(rule), rule)
    }
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
  })

  test('tells why what other pages ask is refused', async () => {
    await using window = await openBrowserWindow()
    const answer = await askAsBrowser(window.port, 'GET /api/v1/status', { origin: foreign })
    assert.match(answer.body, /ForeignOriginError/)
  })
})
