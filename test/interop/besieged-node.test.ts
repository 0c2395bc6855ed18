import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { after, before, suite, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { makeGate } from '../../src/mesh/gate/gate.ts'
import { tlsTransport } from '../../src/mesh/link/tls-transport.ts'
import type { Address, Link } from '../../src/mesh/mesh.ts'
import { readAll } from '../kit/bodies.ts'
import { testSurroundings } from '../kit/surroundings.ts'
import { certifiedIdentity } from '../kit/test-identity.ts'

const mebibyte = 1024 * 1024
const rounds = 20
const never = new AbortController().signal

suite('a node besieged by a hundred hostile peers', () => {
  const children: ChildProcess[] = []
  let node: ChildProcess
  let address: Address

  before(async () => {
    node = start('besieged-node.ts')
    const [port] = (await once(node, 'message')) as [number]
    address = { host: '127.0.0.1', port }
    await once(start('besiegers.ts', String(port)), 'message')
  })

  after(async () => {
    for (const child of children) {
      child.disconnect()
      await once(child, 'exit')
    }
  })

  test('lets an honest one in and serves it all the while, in less than 512 MiB', async (t) => {
    const link = await dialHonestly()
    let mostBytes = 0
    for (let round = 0; round < rounds; round++) {
      const body = Buffer.from(`question ${round}`)
      const answer = await link.ask({ method: 'PUT', path: '/echo', body }, never)
      assert.equal((await readAll(answer.body)).toString(), `question ${round}`)
      await readSome(link, 4 * mebibyte)
      mostBytes = Math.max(mostBytes, await memoryBytes())
    }
    await link[Symbol.asyncDispose]()
    t.diagnostic(`${(mostBytes / mebibyte).toFixed(0)} MiB at most`)
    assert.ok(mostBytes < 512 * mebibyte, `${(mostBytes / mebibyte).toFixed(0)} MiB`)
  })

  function start(file: string, ...args: string[]): ChildProcess {
    const child = fork(new URL(file, import.meta.url), args)
    children.push(child)
    return child
  }

  async function dialHonestly(): Promise<Link> {
    const identity = await certifiedIdentity('honest')
    const surroundings = { ...testSurroundings(), clock: systemClock }
    const gate = makeGate({ clock: systemClock, trustOf: () => undefined })
    const answer = async () => ({ status: 200 })
    const transport = tlsTransport({ identity, gate, surroundings, answer })
    const { peerId } = await certifiedIdentity('ana')
    return transport.dial(address, peerId, 'direct', never)
  }

  async function readSome(link: Link, bytes: number): Promise<void> {
    const answer = await link.ask({ method: 'GET', path: '/endless' }, never)
    let readBytes = 0
    for await (const chunk of answer.body) {
      readBytes += chunk.length
      if (readBytes >= bytes) break
    }
  }

  async function memoryBytes(): Promise<number> {
    node.send('memory')
    const [bytes] = (await once(node, 'message')) as [number]
    return bytes
  }
})
