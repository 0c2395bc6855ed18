import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import type { Base } from '../../../src/content/content.ts'
import { DiskFullError } from '../../../src/content/errors.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { personName } from '../../../src/mesh/book/peer-name.ts'
import type { ChangeResult, ShareNotice } from '../../../src/transfer/transfer.ts'
import { ChangeWorld } from '../../kit/change-world.ts'
import type { Writer } from '../../kit/change-world.ts'
import { contentOfBytes } from '../../kit/content-of-bytes.ts'

const { signal } = new AbortController()
const path = parseSharePath
const film = new Uint8Array(3 * pieceBytes + 7).map((_, at) => (at * 5) % 247)

function put(
  { editor, files }: Writer,
  at: string,
  bytes: Uint8Array | string,
  base = 'absent',
  onProgress: (bytes: number) => void = () => {},
): Promise<ChangeResult> {
  files.put(`/local/${at}`, bytes)
  const attributes = { mtimeMs: 1_000, executable: false }
  const believed: Base = base === 'absent' ? base : contentOfBytes(Buffer.from(base))
  const change = { path: path(at), base: believed, attributes }
  return editor.put(`/local/${at}`, change, onProgress, signal)
}

suite('a change by a peer who may', () => {
  test('puts a new file into the share, and is answered when it stands in a head', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    const before = there.share.head()?.head.sequence ?? 0
    const result = await there.answered(put(bob, 'new/c.txt', 'from bob'))
    assert.deepEqual(result, { path: 'new/c.txt', outcome: 'done', sequence: before + 1 })
    assert.equal(there.folder.text('new/c.txt'), 'from bob')
    assert.equal(there.share.head()?.head.sequence, before + 1)
    const [line] = await there.ana.shares.log.list(there.share.id, 1)
    assert.deepEqual([line?.who, line?.what, line?.path], [bob.node.peer, 'put', 'new/c.txt'])
  })

  test('brings large files piece by piece, and tells how far it is', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    const progress: number[] = []
    await there.answered(put(bob, 'film.mkv', film, 'absent', (bytes) => progress.push(bytes)))
    assert.equal(Buffer.compare(there.folder.files.get(path('film.mkv')) ?? Buffer.of(), film), 0)
    assert.deepEqual(
      progress,
      progress.toSorted((a, b) => a - b),
    )
    assert.ok((progress.at(-1) ?? Infinity) <= film.length)
  })

  test('puts an empty file', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    await there.answered(put(bob, 'empty.txt', ''))
    assert.equal(there.folder.text('empty.txt'), '')
  })

  test('replaces what it knew, and leaves alone what is the same', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    const replaced = await there.answered(put(bob, 'a.txt', 'second', 'first'))
    assert.equal(replaced.outcome, 'done')
    assert.equal(there.folder.text('a.txt'), 'second')
    const again = await there.answered(put(bob, 'a.txt', 'second', 'second'))
    assert.equal(again.outcome, 'unchanged')
    assert.equal(again.sequence, replaced.sequence)
  })

  test('makes folders, moves and removes', async () => {
    await using there = await ChangeWorld.open()
    const { editor } = await there.writer('bob')
    await there.answered(editor.makeDirectory(path('new'), signal))
    const again = await there.answered(editor.makeDirectory(path('new'), signal))
    assert.equal(again.outcome, 'unchanged')
    await there.answered(editor.move(path('a.txt'), path('new/a.txt'), signal))
    await there.answered(editor.remove(path('b.txt'), 'any', signal))
    assert.deepEqual(there.folder.paths, ['new/a.txt'])
  })

  test('that removes something else than it believes is refused', async () => {
    await using there = await ChangeWorld.open()
    const { editor } = await there.writer('bob')
    const base = contentOfBytes(Buffer.from('something else'))
    const removing = there.answered(editor.remove(path('a.txt'), base, signal))
    await assert.rejects(removing, { kind: 'conflict' })
    assert.equal(there.folder.text('a.txt'), 'first')
  })

  test('that finds no room is told so, and is not tried again', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    there.folder.onStep = () => {
      throw new DiskFullError(100, 1)
    }
    await assert.rejects(there.answered(put(bob, 'c.txt', 'c')), { kind: 'full' })
    assert.equal(bob.files.opened, 0)
  })
})

suite('two writers at one file', () => {
  test('lose nothing: the later one becomes a conflict copy, and both are told', async () => {
    await using there = await ChangeWorld.open()
    const [bob, cleo] = [await there.writer('bob'), await there.writer('cleo')]
    const told = [bob, cleo].map(({ share }) => {
      const notices: ShareNotice[] = []
      share.notices.subscribe((notice) => void notices.push(notice))
      return notices
    })
    await there.clock.advanceUntil(
      () => bob.share.sources().length + cleo.share.sources().length === 2,
    )
    await there.answered(put(bob, 'a.txt', "bob's", 'first'))
    const late = await there.answered(put(cleo, 'a.txt', "cleo's", 'first'))
    assert.equal(late.outcome, 'conflict')
    assert.equal(there.folder.text('a.txt'), "bob's")
    assert.equal(there.folder.text(late.path), "cleo's")
    await there.clock.advanceUntil(() => told.every((notices) => notices.length > 0))
    const notice = { kind: 'conflict', path: 'a.txt', copy: late.path }
    const called = ({ node }: typeof bob): string => personName(bob.node.mesh.book, node.peer)
    assert.deepEqual(told[0], [{ ...notice, who: called(cleo) }])
    assert.deepEqual(told[1], [{ ...notice, who: called(bob) }])
    const [line] = await there.ana.shares.log.list(there.share.id, 1)
    assert.deepEqual([line?.what, line?.path, line?.detail], ['conflict', 'a.txt', late.path])
  })

  test('at the same moment are both kept', async () => {
    await using there = await ChangeWorld.open()
    const [bob, cleo] = [await there.writer('bob'), await there.writer('cleo')]
    const both = Promise.all([put(bob, 'c.txt', "bob's"), put(cleo, 'c.txt', "cleo's")])
    const results = await there.answered(both)
    assert.deepEqual(results.map(({ outcome }) => outcome).toSorted(), ['conflict', 'done'])
    const texts = results.map((result) => there.folder.text(result.path))
    assert.deepEqual(texts, ["bob's", "cleo's"])
  })
})

suite('a link that breaks', () => {
  test('while bytes are pulled is no loss: what came is not sent again', async () => {
    await using there = await ChangeWorld.open()
    let sent = 0
    const bob = await there.writer('bob', (usual) => async (question) => {
      const answer = await usual(question)
      if (!question.path.endsWith('/bytes') || !isStream(answer.body)) return answer
      return { ...answer, body: counted(answer.body, (bytes) => (sent += bytes)) }
    })
    let writes = 0
    there.folder.onStep = (step) => {
      if (step === 'write' && ++writes === 2) there.network.lose(there.ana.peer, bob.node.peer)
    }
    await there.answered(put(bob, 'film.mkv', film))
    assert.equal(Buffer.compare(there.folder.files.get(path('film.mkv')) ?? Buffer.of(), film), 0)
    assert.ok(sent < 2 * film.length, `${sent} bytes for ${film.length}`)
    assert.ok(writes <= 5, `${writes} writes of 4 pieces`)
  })

  test('before the answer is no second change: it is acknowledged once more', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    const gate = Promise.withResolvers<void>()
    there.folder.gate = gate.promise
    let installs = 0
    there.folder.onStep = (step) => void (installs += Number(step === 'install'))
    const changing = put(bob, 'c.txt', 'c')
    await there.clock.advanceUntil(() => there.folder.stages.size > 0)
    await there.clock.advance(100)
    there.network.lose(there.ana.peer, bob.node.peer)
    await there.clock.advance(10)
    gate.resolve()
    const result = await there.answered(changing)
    assert.equal(result.outcome, 'done')
    assert.equal(installs, 1)
    const lines = await there.ana.shares.log.list(there.share.id, 10)
    assert.equal(lines.filter(({ what }) => what === 'put').length, 1)
  })

  test('for good is told after two minutes, and what may have happened with it', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    const gate = Promise.withResolvers<void>()
    there.folder.gate = gate.promise
    const changing = put(bob, 'c.txt', 'c')
    await there.clock.advanceUntil(() => there.folder.stages.size > 0)
    there.network.cut(there.ana.peer, bob.node.peer)
    const sinceMs = there.clock.elapsed()
    await assert.rejects(there.answered(changing), { kind: 'offline', message: /made or not/ })
    assert.ok(there.clock.elapsed() - sinceMs < 10 * 60_000)
    assert.equal(bob.files.opened, 0)
    gate.resolve()
  })

  test('before anything was said means that nothing was changed', async () => {
    await using there = await ChangeWorld.open()
    const bob = await there.writer('bob')
    await there.ana.leave()
    await assert.rejects(there.answered(put(bob, 'c.txt', 'c')), {
      kind: 'offline',
      message: /Nothing was changed/,
    })
  })
})

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    count(chunk.length)
    yield chunk
  }
}
