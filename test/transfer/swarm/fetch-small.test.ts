import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Topic } from '../../../src/base/topic.ts'
import { parseRootText } from '../../../src/content/content-id.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { BatchDesk } from '../../../src/transfer/swarm/fetch-small.ts'
import type { FileWanted, Source } from '../../../src/transfer/transfer.ts'

const never = new AbortController().signal

function wanted(...names: string[]): FileWanted[] {
  return names.map((name) => ({
    path: parseSharePath(name),
    content: { root: parseRootText('cd'.repeat(32)), length: 1 },
  }))
}

interface Asked extends Source {
  readonly asked: string[]
}

/** Has the named files; each file's bytes are its name. Breaks off after `limit` of them. */
function source(id: string, near: boolean, names: string[], limit = Infinity): Asked {
  const asked: string[] = []
  return {
    id,
    near,
    asked,
    has: () => 'all',
    gained: new Topic(),
    gone: never,
    roundTripMs: 1,
    async *pieces() {},
    async *smallFiles(files) {
      for (const [at, { path }] of files.entries()) {
        if (at >= limit) throw new Error('the link broke')
        asked.push(path)
        yield names.includes(path) ? Buffer.from(path) : undefined
      }
    },
    layer: async () => new Uint8Array(0),
    leaves: async () => new Uint8Array(0),
  }
}

function arrived(files: Awaited<ReturnType<BatchDesk['fetch']>>): (string | undefined)[] {
  return files.map((file) => file && `${String(file.bytes)} from ${file.source.id}`)
}

suite('fetching many small files', () => {
  test('asks near sources first, and others only for what those lack', async () => {
    const far = source('far', false, ['a', 'b', 'c'])
    const near = source('near', true, ['a', 'c'])
    const files = await new BatchDesk(() => [far, near]).fetch(wanted('a', 'b', 'c'), never)
    assert.deepEqual(arrived(files), ['a from near', 'b from far', 'c from near'])
    assert.deepEqual(far.asked, ['b'])
  })

  test('keeps what came before a link broke', async () => {
    const breaking = source('breaking', true, ['a', 'b', 'c'], 2)
    const whole = source('whole', false, ['a', 'b', 'c'])
    const files = await new BatchDesk(() => [breaking, whole]).fetch(wanted('a', 'b', 'c'), never)
    assert.deepEqual(arrived(files), ['a from breaking', 'b from breaking', 'c from whole'])
  })

  test('spreads batches over equals', async () => {
    const first = source('first', true, ['a'])
    const second = source('second', true, ['a'])
    const desk = new BatchDesk(() => [first, second])
    await Promise.all([desk.fetch(wanted('a'), never), desk.fetch(wanted('a'), never)])
    assert.deepEqual([first.asked.length, second.asked.length], [1, 1])
  })

  test('leaves out whoever sent wrong bytes', async () => {
    const liar = source('liar', true, ['a'])
    const desk = new BatchDesk(() => [liar, source('owner', false, ['a'])])
    desk.ban(liar)
    assert.deepEqual(arrived(await desk.fetch(wanted('a'), never)), ['a from owner'])
  })

  test('tells a file that nobody has from nobody being there', async () => {
    assert.deepEqual(
      arrived(await new BatchDesk(() => [source('owner', false, [])]).fetch(wanted('a'), never)),
      [undefined],
    )
    await assert.rejects(new BatchDesk(() => []).fetch(wanted('a'), never), { kind: 'offline' })
    const broken = new BatchDesk(() => [source('owner', false, ['a'], 0)])
    await assert.rejects(broken.fetch(wanted('a'), never), { kind: 'offline' })
  })
})
