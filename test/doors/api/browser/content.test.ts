import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { askAsBrowser } from '../../../kit/doors/browser-request.ts'
import { openBrowserWindow } from '../../../kit/doors/browser-window.ts'
import type { BrowserWindow } from '../../../kit/doors/browser-window.ts'

suite('the content of a shared file', () => {
  test('is had at an origin of its own, at an address that is a secret', async () => {
    await using window = await openBrowserWindow()
    const { port, path } = await preview(window, 'me/Photos/beach.jpg')
    assert.notEqual(port, window.port)
    assert.match(path, /^\/[\w-]{32}\/beach\.jpg$/)
    const answer = await askAsBrowser(port, `GET ${path}`, {})
    assert.deepEqual([answer.status, answer.body], [200, 'sand'])
    assert.equal(answer.headers.get('content-type'), 'image/jpeg')
  })

  test('comes by range, as who jumps about in a film asks', async () => {
    await using window = await openBrowserWindow()
    const { port, path } = await preview(window, 'bob/Music/song.mp3')
    const answer = await askAsBrowser(port, `GET ${path}`, { range: 'bytes=1-' })
    assert.deepEqual([answer.status, answer.body], [206, 'a'])
    assert.equal(answer.headers.get('content-range'), 'bytes 1-1/2')
  })

  test('runs nothing, loads nothing and is taken for nothing else', async () => {
    await using window = await openBrowserWindow()
    window.backend.shares.plant('Pages', { 'evil.html': '<script>fetch("/api/v1/stop")</script>' })
    const { port, path } = await preview(window, 'me/Pages/evil.html')
    const { headers } = await askAsBrowser(port, `GET ${path}`, {})
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /^sandbox; default-src 'none'/)
    assert.doesNotMatch(policy, /script|allow-|connect/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('access-control-allow-origin'), null)
  })

  test('is saved if nobody can say how to show it, or if that is wished', async () => {
    await using window = await openBrowserWindow()
    window.backend.shares.plant('Odd', { 'a.xyz': 'x', 'b.txt': 'y' })
    const [odd, plain] = [
      await preview(window, 'me/Odd/a.xyz'),
      await preview(window, 'me/Odd/b.txt'),
    ]
    for (const [{ port, path }, disposition] of [
      [odd, 'attachment'],
      [plain, 'inline'],
      [{ ...plain, path: `${plain.path}?save` }, 'attachment'],
    ] as const) {
      const { headers } = await askAsBrowser(port, `GET ${path}`, {})
      assert.equal(headers.get('content-disposition'), disposition)
    }
  })

  test('is at no other address, and under no other name of this computer', async () => {
    await using window = await openBrowserWindow()
    const { port, path } = await preview(window, 'me/Photos/beach.jpg')
    const wrongs: readonly (readonly [string, Record<string, string>, number])[] = [
      ['/', {}, 404],
      [`/${'x'.repeat(32)}/beach.jpg`, {}, 404],
      ['/api/v1/status', { authorization: `Bearer ${window.session}` }, 404],
      [path, { host: `evil.example:${port}` }, 403],
    ]
    for (const [at, headers, status] of wrongs) {
      assert.equal((await askAsBrowser(port, `GET ${at}`, headers)).status, status, at)
    }
  })

  test('is no longer had an hour after somebody looked', async () => {
    await using window = await openBrowserWindow()
    const { port, path } = await preview(window, 'me/Photos/beach.jpg')
    const { clock } = window.backend.surroundings
    await clock.advance(59 * 60_000)
    assert.equal((await askAsBrowser(port, `GET ${path}`, {})).status, 200)
    await clock.advance(59 * 60_000)
    assert.equal((await askAsBrowser(port, `GET ${path}`, {})).status, 200)
    await clock.advance(60 * 60_000)
    assert.equal((await askAsBrowser(port, `GET ${path}`, {})).status, 404)
  })
})

suite('bytes that a browser sends', () => {
  test('become a file of the share', async () => {
    await using window = await openBrowserWindow()
    const answer = await window.ask('PUT /api/v1/bytes?to=me/Photos/&name=new.txt', 'fresh')
    assert.equal(answer.status, 200, answer.body)
    const [photos] = window.backend.shares.planted
    assert.equal(photos?.files.text('new.txt'), 'fresh')
  })

  test('stand beside what somebody else has put there meanwhile', async () => {
    await using window = await openBrowserWindow()
    const believed = `baseRoot=${'0'.repeat(64)}&baseBytes=0`
    const answer = await window.ask(`PUT /api/v1/bytes?to=me/Photos/beach.jpg&${believed}`, 'mud')
    assert.match(answer.body, /"outcome":"conflict"/)
    assert.equal(window.backend.shares.planted[0]?.files.text('beach.jpg'), 'sand')
  })

  test('are refused where nothing may be changed', async () => {
    await using window = await openBrowserWindow()
    const answer = await window.ask('PUT /api/v1/bytes?to=bob/Music/new.mp3', 'la')
    assert.equal(answer.status, 403)
    assert.match(answer.body, /ReadOnlyError/)
  })

  test('need a name that every computer can keep', async () => {
    await using window = await openBrowserWindow()
    for (const name of ['a%2Fb', '..', 'con', 'a%00b']) {
      const answer = await window.ask(`PUT /api/v1/bytes?to=me/Photos/&name=${name}`, 'x')
      assert.equal(answer.status, 400, name)
    }
  })
})

async function preview(window: BrowserWindow, place: string) {
  const { body } = await window.ask('POST /api/v1/previews', JSON.stringify({ place }))
  const found = /"address":"http:\/\/127\.0\.0\.1:(\d+)(\/[^"]+)"/.exec(body)
  assert.ok(found, body)
  return { port: Number(found[1]), path: found[2] ?? '' }
}
