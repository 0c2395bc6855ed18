import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { encodeCbor } from '../../../src/base/cbor.ts'
import { hashBytes } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { parseFailure } from '../../../src/mesh/link/failure.ts'
import { capabilityField } from '../../../src/transfer/wire/admission.ts'
import { encodeBinRequest } from '../../../src/transfer/wire/bin-listing.ts'
import { encodeLayerRequest, encodeLeavesRequest } from '../../../src/transfer/wire/file-request.ts'
import { parseNodeListing } from '../../../src/transfer/wire/node-listing.ts'
import { encodePagesRequest } from '../../../src/transfer/wire/pages-request.ts'
import { askShare } from '../../../src/transfer/wire/peer-client.ts'
import { encodePieceRange } from '../../../src/transfer/wire/piece-range.ts'
import { encodeSmallRequest } from '../../../src/transfer/wire/small-request.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { WireAsker } from '../../kit/wire-asker.ts'
import type { RawAnswer } from '../../kit/wire-asker.ts'

const film = new Uint8Array(2 * pieceBytes + 9).map((_, at) => (at * 13) % 239)
const oneByte = new Uint8Array(1)
const files = { 'film.mkv': film, 'a.txt': 'aaa', 'b.txt': 'b' }

async function asker(): Promise<WireAsker> {
  const there = await WireAsker.open()
  there.holding.put(files)
  return there
}

function kindOf({ status, body }: RawAnswer): string {
  return parseFailure(status, body).kind
}

suite('questions that nobody understands', () => {
  test('are answered 501, with the versions that are', async () => {
    await using there = await asker()
    for (const [method, path] of [
      ['GET', '/2/node'],
      ['GET', '/1/nothing'],
      ['DELETE', there.about('head')],
      ['GET', '/'],
    ] as const) {
      const answer = await there.ask(method, path)
      assert.equal(answer.status, 501, path)
      assert.equal(answer.headers['fullmesh-versions'], '1')
      assert.equal(kindOf(answer), 'unsupported')
    }
  })
})

suite('what a node tells of itself', () => {
  test('is its name, and the shares that the asker may know of', async () => {
    await using there = await asker()
    const secret = there.share('secret')
    secret.scopeOf = () => undefined
    there.holdings.push(secret)
    const { name, shares } = parseNodeListing((await there.ask('GET', '/1/node')).body)
    assert.equal(name, 'ana')
    assert.deepEqual(
      shares.map(({ id }) => id),
      [there.holding.share],
    )
  })

  test('is what it takes to open a share, for whoever knows its id', async () => {
    await using there = await asker()
    there.holding.read = 'link'
    const answer = await askShare(there, there.holding.share, new AbortController().signal)
    const listing = { name: 'Photos', owner: there.ana, read: 'link', change: 'nobody' }
    assert.deepEqual(answer, listing)
  })

  test('is nothing of shares for contacts to others, and nothing of what is not there', async () => {
    await using there = await asker()
    there.holding.read = 'contacts'
    there.holding.scopeOf = () => undefined
    const known = await there.ask('GET', `/1/shares/${there.holding.share}`)
    const unknown = await there.ask('GET', `/1/shares/${there.share('none').share}`)
    assert.deepEqual([known.status, known.body], [404, unknown.body])
  })
})

suite('a capability', () => {
  const questions = (there: WireAsker): (readonly ['GET' | 'POST', string, Uint8Array?])[] => [
    ['GET', 'head'],
    ['POST', 'pages', encodePagesRequest([])],
    ['GET', 'files/a.txt'],
    ['POST', 'small', encodeSmallRequest([there.holding.wanted('a.txt')])],
    ['POST', 'layer', encodeLayerRequest(there.holding.wanted('film.mkv'))],
    ['POST', 'leaves', encodeLeavesRequest(there.holding.wanted('film.mkv'), 0)],
    ['GET', 'watch'],
    ['POST', 'changes', new Uint8Array()],
    ['POST', 'bin', encodeBinRequest({ kind: 'trash', path: parseSharePath('') })],
  ]
  const statuses = async (there: WireAsker, headers: Readonly<Record<string, string>>) => {
    const all = questions(there)
    const range = encodePieceRange({
      content: there.holding.contentAt('a.txt'),
      first: 0,
      count: 1,
    })
    return Promise.all(
      all.map(async ([method, end, body]) => {
        const answer = await there.ask(method, there.about(end), { ...range, ...headers }, body)
        return `${answer.status} ${end}`
      }),
    )
  }
  const refused = async (there: WireAsker, headers: Readonly<Record<string, string>>) => {
    const expected = questions(there).map(([, end]) => `403 ${end}`)
    assert.deepEqual(await statuses(there, headers), expected)
  }

  test('has to be shown with every question about a share', async () => {
    await using there = await asker()
    await refused(there, {})
    await refused(there, { 'fullmesh-capability': '' })
    await refused(there, { 'fullmesh-capability': 'no base64url!' })
    await refused(there, { 'fullmesh-capability': 'AAAA' })
  })

  test('is of no use to anybody but whom it was given to', async () => {
    await using there = await asker()
    await refused(
      there,
      capabilityField(there.holding.capability(testIdentity('bob').peerId, 'change')),
    )
  })

  test('of another share is of no use', async () => {
    await using there = await asker()
    const other = there.share('other')
    other.put(files)
    there.holdings.push(other)
    await refused(there, there.shown('change', other))
  })

  test('that has expired, or was called in, is of no use', async () => {
    await using there = await asker()
    const shown = there.shown('change')
    await there.clock.advance(20 * 60_000)
    await refused(there, shown)
    const fresh = there.shown('change')
    there.holding.sign({ generations: { read: 2, change: 2 } })
    await refused(there, fresh)
    const newer = there.shown('change')
    there.holding.sign({ revoked: [there.eve] })
    await refused(there, newer)
  })

  test('does not open shares that this node does not serve', async () => {
    await using there = await asker()
    const shown = there.shown()
    there.holdings.length = 0
    const answer = await there.ask('GET', there.about('head'), shown)
    assert.equal(answer.status, 404)
  })

  test('for reading does not change anything, nor show what changes replaced', async () => {
    await using there = await asker()
    for (const end of ['changes', 'bin']) {
      const answer = await there.ask('POST', there.about(end), there.shown('read'), oneByte)
      assert.equal(answer.status, 403, end)
    }
  })
})

suite('content', () => {
  test('is served by its path and its id together, in whole pieces', async () => {
    await using there = await asker()
    const content = there.holding.contentAt('film.mkv')
    const headers = { ...encodePieceRange({ content, first: 1, count: 2 }), ...there.shown() }
    const answer = await there.ask('GET', there.about('files/film.mkv'), headers)
    assert.equal(answer.status, 206)
    assert.equal(Buffer.compare(answer.body, film.subarray(pieceBytes)), 0)
    assert.equal(answer.headers['content-range'], 'bytes 1048576-2097160/2097161')
    assert.deepEqual(there.holding.readBy, [{ peer: there.eve, path: 'film.mkv' }])
  })

  test('of another file by now is 412', async () => {
    await using there = await asker()
    const content = there.holding.contentAt('a.txt')
    const headers = { ...encodePieceRange({ content, first: 0, count: 1 }), ...there.shown() }
    there.holding.put({ ...files, 'a.txt': 'changed' })
    const answer = await there.ask('GET', there.about('files/a.txt'), headers)
    assert.equal(answer.status, 412)
    assert.equal(kindOf(answer), 'changed')
  })

  test('of a private share is not had by its hash, through a share that one may read', async () => {
    await using there = await asker()
    const secret = there.share('secret')
    secret.put({ 'diary.txt': 'dear diary', 'film.mkv': film.map((byte) => byte ^ 1) })
    there.holdings.push(secret)
    const shown = there.shown()
    for (const name of ['diary.txt', 'film.mkv', 'a.txt']) {
      const content = secret.contentAt(name === 'a.txt' ? 'diary.txt' : name)
      const headers = { ...encodePieceRange({ content, first: 0, count: 1 }), ...shown }
      const answer = await there.ask('GET', there.about(`files/${name}`), headers)
      assert.ok(answer.status === 404 || answer.status === 412, `${answer.status} ${name}`)
    }
    const wanted = secret.wanted('diary.txt')
    const small = await there.ask('POST', there.about('small'), shown, encodeSmallRequest([wanted]))
    assert.equal(small.body.toString('hex'), 'ffffffff')
    const layer = encodeLayerRequest(secret.wanted('film.mkv'))
    assert.equal((await there.ask('POST', there.about('layer'), shown, layer)).status, 412)
  })

  test('of pages is that of the share alone, whatever else this node has', async () => {
    await using there = await asker()
    const secret = there.share('secret')
    const { tree } = secret.put({ 'diary.txt': 'dear diary' }).head.summary
    there.holdings.push(secret)
    const body = encodePagesRequest([tree])
    const answer = await there.ask('POST', there.about('pages'), there.shown(), body)
    assert.equal(answer.body.toString('hex'), '00000000')
  })

  test('outside of the share has no path', async () => {
    await using there = await asker()
    const content = there.holding.contentAt('a.txt')
    const headers = { ...encodePieceRange({ content, first: 0, count: 1 }), ...there.shown() }
    for (const path of [
      '..',
      '%2e%2e/a.txt',
      '/etc/passwd',
      'a%2f..%2f..',
      '.fullmesh/x',
      'a%00',
      'con',
    ]) {
      const answer = await there.ask('GET', there.about(`files/${path}`), headers)
      assert.equal(answer.status, 400, path)
    }
    const escape = encodeCbor([['../a.txt', hashBytes(content.root), content.length]])
    const small = await there.ask('POST', there.about('small'), there.shown(), escape)
    assert.equal(small.status, 400)
  })

  test('in ranges that cut pieces is refused', async () => {
    await using there = await asker()
    const content = there.holding.contentAt('film.mkv')
    const right = { ...encodePieceRange({ content, first: 0, count: 1 }), ...there.shown() }
    for (const range of [
      'bytes=0-5',
      'bytes=5-1048575',
      'bytes=0-9999999',
      'bytes=2-1',
      'all',
      '',
    ]) {
      const answer = await there.ask('GET', there.about('files/film.mkv'), { ...right, range })
      assert.equal(answer.status, 400, range)
    }
  })

  test('is counted as payload', async () => {
    await using there = await asker()
    const content = there.holding.contentAt('film.mkv')
    const headers = { ...encodePieceRange({ content, first: 0, count: 3 }), ...there.shown() }
    await there.ask('GET', there.about('files/film.mkv'), headers)
    const payload = there.outside.meter.totals().filter(({ purpose }) => purpose === 'payload')
    assert.deepEqual(
      payload.map(({ bytes, direction }) => [bytes, direction]),
      [[film.length, 'out']],
    )
  })

  test('that changes on the way breaks the stream off', async () => {
    await using there = await asker()
    const content = there.holding.contentAt('film.mkv')
    const headers = { ...encodePieceRange({ content, first: 0, count: 3 }), ...there.shown() }
    let reads = 0
    const { holding } = there
    const piece = holding.piece.bind(holding)
    holding.piece = async (...asked) => {
      if (++reads === 2) holding.put({ ...files, 'film.mkv': 'shorter' })
      return piece(...asked)
    }
    await assert.rejects(there.ask('GET', there.about('files/film.mkv'), headers), {
      kind: 'offline',
    })
  })
})

suite('a question', () => {
  test('that is too long is refused as soon as it is', async () => {
    await using there = await asker()
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1024
        yield new Uint8Array(1024)
      }
    }
    const shown = there.shown('change')
    for (const [end, bytesMax] of [
      ['open', 4 * 1024],
      ['pages', 16 * 1024],
      ['layer', 8 * 1024],
      ['leaves', 8 * 1024],
      ['small', 1024 * 1024],
      ['changes', 64 * 1024],
      ['bin', 8 * 1024],
    ] as const) {
      sent = 0
      const answer = await there.ask('POST', there.about(end), shown, endless())
      assert.equal(answer.status, 400, end)
      assert.ok(sent <= bytesMax + 512 * 1024, `${sent} bytes of ${end}`)
    }
  })

  test('that drips in is not waited for longer than half a minute', async () => {
    await using there = await asker()
    async function* slowly(clock = there.clock): AsyncGenerator<Uint8Array> {
      for (;;) {
        await clock.sleep(1_000, new AbortController().signal)
        yield new Uint8Array(1)
      }
    }
    const asking = there.ask('POST', there.about('pages'), there.shown(), slowly())
    let status: number | undefined
    void asking.then((answer) => (status = answer.status))
    await there.clock.advanceUntil(() => status !== undefined, { stepMs: 500 })
    assert.equal(status, 504)
    assert.ok(there.clock.elapsed() <= 35_000)
  })

  test('that is no CBOR, or has something after it, is refused', async () => {
    await using there = await asker()
    for (const end of ['open', 'pages', 'small', 'layer', 'leaves', 'changes', 'bin']) {
      for (const bytes of [[0xff], [0x80, 0x00], [0x9f, 0xff], [], [0xa1, 0x00]]) {
        const body = Uint8Array.from(bytes)
        const answer = await there.ask('POST', there.about(end), there.shown('change'), body)
        assert.equal(answer.status, 400, `${end} ${bytes.join()}`)
      }
    }
  })

  test('that meets a bug of ours learns nothing of it', async () => {
    await using there = await asker()
    there.holding.page = () => Promise.reject(new TypeError('/home/ana/secret is undefined'))
    const body = encodePagesRequest([there.holding.head()!.head.summary.tree])
    const answer = await there.ask('POST', there.about('pages'), there.shown(), body)
    assert.equal(answer.status, 500)
    assert.doesNotMatch(answer.body.toString(), /secret/)
    assert.equal(there.outside.log.errors.length, 1)
  })
})
