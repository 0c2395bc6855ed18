import assert from 'node:assert/strict'
import { askAsBrowser } from './browser-request.ts'
import type { BrowserAnswer } from './browser-request.ts'
import { openFakeNode } from './fake-node.ts'
import type { FakeNode } from './fake-node.ts'
import { ask } from './socket-request.ts'

/** A window of the node's own page, with a session. */
export interface BrowserWindow extends FakeNode {
  readonly port: number
  readonly session: string
  ask(line: string, body?: string): Promise<BrowserAnswer>
}

export async function openBrowserWindow(): Promise<BrowserWindow> {
  await using opened = new AsyncDisposableStack()
  const node = opened.use(await openFakeNode())
  const { port, code } = await invitation(node)
  const json = { 'content-type': 'application/json' }
  const entered = await askAsBrowser(
    port,
    'POST /api/v1/session',
    { ...json, origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' },
    JSON.stringify({ code }),
  )
  const session = /"session":"([\w-]+)"/.exec(entered.body)?.[1] ?? ''
  assert.notEqual(session, '', entered.body)
  const headers = { authorization: `Bearer ${session}`, 'sec-fetch-site': 'same-origin', ...json }
  const kept = opened.move()
  return {
    ...node,
    port,
    session,
    ask: (line, body) => askAsBrowser(port, line, headers, body),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** What `fullmesh ui` gets from the node. */
export async function invitation(node: FakeNode): Promise<{ port: number; code: string }> {
  const { json } = await ask(node, 'POST', '/api/v1/ui', '{}')
  const found = /"address":"http:\/\/127\.0\.0\.1:(\d+)\/#code=([\w-]+)"/.exec(JSON.stringify(json))
  assert.ok(found, JSON.stringify(json))
  return { port: Number(found[1]), code: found[2] ?? '' }
}
