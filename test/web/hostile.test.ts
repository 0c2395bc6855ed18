import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { WebWorld } from '../kit/web/web-world.ts'

const injection = '<img src=x onerror="document.title=1">'
const backwards = 'photo\u202Egpj.exe'

suite('a page on another server of the same computer', async () => {
  const world = await WebWorld.open()
  after(() => world[Symbol.asyncDispose]())
  const ana = await world.person('ana')
  const page = await ana.window()
  const node = new URL(page.url()).origin
  const server = await serveNothing()
  after(() => server[Symbol.asyncDispose]())

  test('gets nothing out of the node, by whatever way a browser has', async () => {
    const context = page.context()
    const evil = await context.newPage()
    await evil.goto(server.origin)
    const got: unknown = await evil.evaluate(attempts(node))
    assert.deepEqual(got, {
      fetch: 'refused',
      post: 'refused',
      events: 'refused',
      socket: 'refused',
      picture: 'refused',
      script: 'refused',
      frame: 'empty',
      storage: 'empty',
    })
    await evil.close()
  })

  test('does nothing by a form that its visitor sends unknowingly', async () => {
    const evil = await page.context().newPage()
    await evil.goto(server.origin)
    await evil.evaluate(
      `document.body.innerHTML = '<form method="post" enctype="text/plain" action="${node}/api/v1/stop"><input name="{&quot;a&quot;:&quot;" value="&quot;}"></form>'; document.forms[0].submit()`,
    )
    await evil.waitForURL(`${node}/**`)
    assert.match(await evil.locator('body').innerText(), /ForeignOriginError/)
    await evil.close()
    assert.match(await ana.command('status', '--json'), /"fullmesh\.status\/1"/)
  })

  test('is refused under a name that it made lead here', async () => {
    const evil = await page.context().newPage()
    const { port } = new URL(node)
    const answer = await evil.goto(`http://evil.localhost:${port}/`)
    assert.equal(answer?.status(), 403)
    await evil.close()
  })
})

suite('names and texts from strangers', async () => {
  const world = await WebWorld.open()
  after(() => world[Symbol.asyncDispose]())
  const ana = await world.person('ana')
  const page = await ana.window()

  test('are text, whatever they say', async () => {
    const file = { kind: 'file', bytes: 1, mtimeMs: 1, executable: false, root: '0'.repeat(64) }
    const names = [injection, backwards, '\u2067عربي\u2066', '{{7*7}}', '</bdi><script>1</script>']
    await page.route('**/api/v1/entries*', (route) =>
      route.fulfill({
        json: {
          schema: 'fullmesh.entries/1',
          place: injection,
          entries: [
            ...names.map((name) => ({ ...file, name })),
            { name: injection, kind: 'peer', peer: injection, online: true },
            { name: injection, kind: 'share', id: injection, read: 'everyone' },
          ],
          more: false,
        },
      }),
    )
    await page.goto(new URL('#/browse/me', page.url()).href)
    for (const name of names) await page.getByText(name, { exact: true }).first().waitFor()
    assert.equal(await page.locator('main img, main script, main iframe').count(), 0)
    assert.notEqual(await page.title(), '1')
    const isolated: unknown = await page.evaluate(
      `[...document.querySelectorAll('[role=row] bdi')].every((one) => getComputedStyle(one).unicodeBidi === 'isolate' && one.dir === 'auto')`,
    )
    assert.equal(isolated, true)
  })

  test('are text in messages of the node and in its events too', async () => {
    await page.unrouteAll()
    const failure = {
      schema: 'fullmesh.failure/1',
      kind: 'denied',
      name: 'Some',
      message: injection,
    }
    await page.route('**/api/v1/entries*', (route) => route.fulfill({ status: 403, json: failure }))
    await page.goto(new URL('#/browse/me', page.url()).href)
    await page.reload()
    await page.getByText(injection).first().waitFor()
    assert.equal(await page.locator('main img[src=x]').count(), 0)
    await page.unrouteAll()
  })

  test('can not become code, even by a fault of the page', async () => {
    const said: unknown = await page.evaluate(
      `(() => { try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); return 'done' } catch (error) { return error.name } })()`,
    )
    assert.equal(said, 'TypeError')
  })

  test('are a hundred thousand, and the page holds as many as are seen', async () => {
    const pages = 100
    await page.route('**/api/v1/entries*', (route) => {
      const last = new URL(route.request().url()).searchParams.get('after')
      const nth = last === null ? 0 : Number(last.slice(4)) + 1
      const entries = Array.from({ length: 1000 }, (_, at) => ({
        ...{ kind: 'file', bytes: at, mtimeMs: 1, executable: false, root: '0'.repeat(64) },
        name: `file${String(nth + at).padStart(6, '0')}`,
      }))
      const more = nth + 1000 < pages * 1000
      return route.fulfill({
        json: { schema: 'fullmesh.entries/1', place: 'me', entries, more },
      })
    })
    await page.goto(new URL('#/browse/me', page.url()).href)
    await page.reload()
    await page.getByText('100,000 entries').waitFor()
    await page.getByRole('grid').focus()
    await page.keyboard.press('End')
    await page.getByText('file099999').waitFor()
    assert.ok((await page.getByRole('row').count()) < 100)
    await page.unrouteAll()
  })

  test('that asks without a session is told how to come in', async () => {
    const stranger = await page.context().browser()?.newPage()
    assert.ok(stranger)
    await stranger.goto(new URL('/', page.url()).href)
    await stranger.getByText('fullmesh ui').waitFor()
    await stranger.close()
  })
})

suite('the page', () => {
  test('is light: less than 150 kB until all of it is there', () => {
    const folder = join(import.meta.dirname, '../../dist/web')
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    const bytes = files
      .filter((file) => file.isFile())
      .map((file) => gzipSync(readFileSync(join(file.parentPath, file.name))).length)
      .reduce((sum, size) => sum + size, 0)
    assert.ok(bytes < 150_000, `${bytes} bytes`)
  })
})

/** All that a page can try against another origin; what came of each. */
function attempts(node: string): string {
  return `(async () => {
    const tried = (work) => work.then(() => 'answered', () => 'refused')
    const loads = (element, address) => new Promise((resolve) => {
      element.onload = () => resolve('answered')
      element.onerror = () => resolve('refused')
      element.src = address
      document.body.append(element)
    })
    const ends = (source) => new Promise((resolve) => {
      source.addEventListener('open', () => resolve('answered'))
      source.addEventListener('error', () => resolve('refused'))
    })
    const events = ends(new EventSource('${node}/api/v1/events'))
    const socket = ends(new WebSocket('${node.replace('http', 'ws')}/api/v1/events'))
    const frame = document.createElement('iframe')
    frame.src = '${node}/'
    const framed = new Promise((resolve) => { frame.onload = resolve })
    document.body.append(frame)
    await framed
    let inside = 'empty'
    try { if (frame.contentDocument?.body?.innerText) inside = 'readable' } catch { inside = 'empty' }
    return {
      fetch: await tried(fetch('${node}/api/v1/status')),
      post: await tried(fetch('${node}/api/v1/stop', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })),
      events: await events,
      socket: await socket,
      picture: await loads(new Image(), '${node}/mark.svg'),
      script: await loads(document.createElement('script'), '${node}/index.html'),
      frame: inside,
      storage: localStorage.getItem('fullmesh.session') === null ? 'empty' : 'readable',
    }
  })()`
}

/** A server on this computer that is none of ours. */
async function serveNothing(): Promise<AsyncDisposable & { readonly origin: string }> {
  const server: Server = createServer((_question, answer) => {
    answer.setHeader('content-type', 'text/html')
    answer.end('<!doctype html><title>evil</title><body></body>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
