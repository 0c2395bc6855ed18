import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { suite, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { watchLeaks } from './leaks.ts'

suite('the leak check', () => {
  test('is content when all is closed', async () => {
    const watch = watchLeaks()
    const server = createServer().listen(0, '127.0.0.1')
    server.close()
    await watch[Symbol.asyncDispose]()
  })

  test('finds a server that listens, a timer, a worker and what is counted', async () => {
    let links = 0
    const watch = watchLeaks({ links: () => links })
    links = 2
    const server = createServer().listen(0, '127.0.0.1')
    const timer = setTimeout(() => {}, 60_000)
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
    const error = await Promise.resolve(watch[Symbol.asyncDispose]()).catch((e: unknown) => e)
    server.close()
    clearTimeout(timer)
    await worker.terminate()
    const message = String(error)
    for (const kind of [/TCPServerWrap/, /Timeout/, /2 links/, /1 workers/]) {
      assert.match(message, kind)
    }
  })
})
