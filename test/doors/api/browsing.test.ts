import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { PasswordNeededError } from '../../../src/transfer/remote/errors.ts'
import { collect } from '../../kit/collect.ts'
import { openAskedNode } from '../../kit/doors/asked.ts'
import { ask } from '../../kit/doors/socket-request.ts'
import { until } from '../../kit/until.ts'

suite('browsing', () => {
  test('begins with this node and all peers', async () => {
    await using node = await openAskedNode()
    const { entries } = await node.client.call('listEntries', {})
    assert.deepEqual(
      entries.map(({ name, kind }) => [name, kind]),
      [
        ['me', 'peer'],
        ['bob', 'peer'],
      ],
    )
  })

  test('leaves out who is blocked', async () => {
    await using node = await openAskedNode()
    await node.client.call('changePeer', { peer: 'bob', petname: 'bob', trust: 'blocked' })
    const { entries } = await node.client.call('listEntries', {})
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['me'],
    )
  })

  test('shows what a peer offers, and not what takes a link', async () => {
    await using node = await openAskedNode()
    const { entries } = await node.client.call('listEntries', { place: 'bob' })
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['Music', 'Work'],
    )
  })

  test('shows what is remembered of a peer that is away', async () => {
    await using node = await openAskedNode()
    await node.client.call('listEntries', { place: 'bob' })
    node.backend.remoteShares.offline.add(node.backend.bob.mesh.identity.peerId)
    const { entries } = await node.client.call('listEntries', { place: 'bob' })
    assert.equal(entries.length, 2)
  })

  test('goes page by page', async () => {
    await using node = await openAskedNode()
    const first = await node.client.call('listEntries', { place: 'me/Photos', limit: 2 })
    assert.deepEqual(
      first.entries.map(({ name }) => name),
      ['2024', 'beach.jpg'],
    )
    assert.equal(first.more, true)
    const after = first.entries.at(-1)?.name ?? ''
    const second = await node.client.call('listEntries', { place: 'me/Photos', limit: 2, after })
    assert.deepEqual(
      second.entries.map(({ name }) => name),
      ['run.sh'],
    )
    assert.equal(second.more, false)
  })

  test('walks a tree in order, down to a depth', async () => {
    await using node = await openAskedNode()
    const walk = async (depth: number) => {
      const found = node.client.stream('walkTree', { place: 'me/Photos', depth })
      return (await collect(found)).map(({ path, last }) => `${path}${last ? '.' : ''}`)
    }
    assert.deepEqual(await walk(9), [
      '2024',
      '2024/spring.jpg',
      '2024/winter.',
      '2024/winter/ice.jpg.',
      'beach.jpg',
      'run.sh.',
    ])
    assert.deepEqual(await walk(1), ['2024', 'beach.jpg', 'run.sh.'])
  })

  test('finds by name, kind and size', async () => {
    await using node = await openAskedNode()
    const find = async (wanted: object) => {
      const found = node.client.stream('findEntries', { place: 'me/Photos', ...wanted })
      return (await collect(found)).map(({ path }) => path)
    }
    assert.deepEqual(await find({ name: '*ing.JPG' }), ['2024/spring.jpg'])
    assert.deepEqual(await find({ kind: 'directory' }), ['2024', '2024/winter'])
    assert.deepEqual(await find({ minBytes: 5, kind: 'file' }), ['2024/spring.jpg'])
    assert.deepEqual(await find({ newerMs: Date.UTC(2040, 0, 1) }), [])
  })

  test('asks for a password where one is needed, and only the right one opens', async () => {
    await using node = await openAskedNode()
    const { client } = node
    await assert.rejects(client.call('getEntry', { place: 'bob/Work' }), {
      kind: 'denied',
      failure: 'PasswordNeededError',
    })
    const wrong = client.call('openPlace', { place: 'bob/Work', password: 'guess' })
    await assert.rejects(wrong, { kind: 'denied', failure: 'WrongPasswordError' })
    const opened = await client.call('openPlace', { place: 'bob/Work', password: 'read' })
    assert.equal(opened.scope, 'read')
    const { entry } = await client.call('getEntry', { place: 'bob/Work/plan.txt' })
    assert.equal(entry.kind, 'file')
  })

  test('says so when the access to an open share is lost', async () => {
    await using node = await openAskedNode()
    await node.client.call('getEntry', { place: 'bob/Music' })
    const { far, lost } = node.backend.remoteShares
    for (const { id, name } of far) lost.set(id, new PasswordNeededError(name))
    await assert.rejects(node.client.call('getEntry', { place: 'bob/Music' }), {
      failure: 'PasswordNeededError',
    })
  })
})

suite('a share of another node that was opened', () => {
  test('stays open for a while, and then no longer', async () => {
    await using node = await openAskedNode()
    const { remoteShares, surroundings } = node.backend
    await node.client.call('getEntry', { place: 'bob/Music' })
    await node.client.call('getEntry', { place: 'bob/Music/song.mp3' })
    assert.equal(remoteShares.openCount, 1)
    await surroundings.clock.advance(120_000)
    assert.equal(remoteShares.openCount, 0)
  })

  test('is let go of when it is forgotten, or when the door closes', async () => {
    const node = await openAskedNode()
    const { remoteShares } = node.backend
    await node.client.call('getEntry', { place: 'bob/Music' })
    await node.client.call('forgetShare', { place: 'bob/Music' })
    assert.equal(remoteShares.openCount, 0)
    await node.client.call('getEntry', { place: 'bob/Music' })
    await node[Symbol.asyncDispose]()
    assert.equal(remoteShares.openCount, 0)
  })

  test('is not forgotten while a copy of it goes on', async () => {
    await using node = await openAskedNode()
    await node.client.call('getEntry', { place: 'bob/Music' })
    const known = node.backend.remoteShares.known().find(({ name }) => name === 'Music')
    assert.ok(known)
    const source = parseSharePath('')
    const destination = '/home/ana/music'
    await node.backend.copies.add({
      ...{ share: known.id, source, destination },
      ...{ mode: 'follow', seed: true },
    })
    await assert.rejects(node.client.call('forgetShare', { place: 'bob/Music' }), {
      kind: 'conflict',
      message: /copies rm/,
    })
  })

  test('is not held by a reader that went away', async () => {
    await using node = await openAskedNode()
    const { remoteShares, surroundings } = node.backend
    const path = remoteShares.far[0]?.files
    path?.install(parseSharePath('film.mkv'), film, 'any')
    for await (const _ of node.client.bytes('readBytes', { place: 'bob/Music/film.mkv' })) break
    await surroundings.clock.advance(120_000)
    await until(() => remoteShares.openCount === 0)
  })
})

suite('the bytes of a file', () => {
  const path = '/api/v1/bytes?place=bob%2FMusic%2Fsong.mp3'
  const ranges: readonly (readonly [string, number, string, string | undefined])[] = [
    ['bytes=0-0', 206, 'l', 'bytes 0-0/2'],
    ['bytes=1-', 206, 'a', 'bytes 1-1/2'],
    ['bytes=-1', 206, 'a', 'bytes 1-1/2'],
    ['bytes=0-99', 206, 'la', 'bytes 0-1/2'],
  ]
  for (const [range, status, body, contentRange] of ranges) {
    test(`are had in part: ${range}`, async () => {
      await using node = await openAskedNode()
      const answer = await ask(node, 'GET', path, undefined, { range })
      assert.equal(answer.status, status)
      assert.equal(answer.body.toString(), body)
      assert.equal(answer.headers['content-range'], contentRange)
    })
  }

  test('are whole without a range, or when the file is another one by now', async () => {
    await using node = await openAskedNode()
    const whole = await ask(node, 'GET', path)
    assert.equal(whole.status, 200)
    assert.equal(whole.body.toString(), 'la')
    const headers = { range: 'bytes=0-0', 'if-range': '"old"' }
    assert.equal((await ask(node, 'GET', path, undefined, headers)).status, 200)
  })

  test('are refused for a range behind the end, or that is none', async () => {
    await using node = await openAskedNode()
    for (const range of ['bytes=2-', 'bytes=', 'bytes=1-0', 'bytes=0-0,1-1', 'lines=1-2']) {
      assert.equal((await ask(node, 'GET', path, undefined, { range })).status, 400, range)
    }
  })

  test('are refused for a folder', async () => {
    await using node = await openAskedNode()
    const answer = await ask(node, 'GET', '/api/v1/bytes?place=bob%2FMusic%2Frock')
    assert.equal(answer.status, 404)
  })
})

suite('the bytes of a large file of this node', () => {
  const bytes = Buffer.from(Array.from({ length: 2.5 * pieceBytes }, (_, at) => at % 251))

  const ranges: readonly (readonly [first: number, last: number])[] = [
    [0, 0],
    [0, bytes.length - 1],
    [pieceBytes - 1, pieceBytes],
    [pieceBytes, 2 * pieceBytes - 1],
    [2 * pieceBytes + 5, bytes.length - 1],
  ]
  for (const [first, last] of ranges) {
    test(`are right across pieces: ${first} to ${last}`, async () => {
      await using node = await openAskedNode()
      const file = { bytes, mtimeMs: 0, executable: false }
      node.backend.shares.planted[0]?.files.install(parseSharePath('large'), file, 'any')
      const range = `bytes=${first}-${last}`
      const path = '/api/v1/bytes?place=me/Photos/large'
      const answer = await ask(node, 'GET', path, undefined, { range })
      assert.ok(answer.body.equals(bytes.subarray(first, last + 1)))
    })
  }
})

const film = { bytes: new Uint8Array(8 * 1024 * 1024), mtimeMs: 0, executable: false }
