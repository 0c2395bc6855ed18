import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { AddressOrigin } from '../../../../src/mesh/mesh.ts'
import { fileUrl } from '../../../../src/networks/bittorrent/webseed/seed-url.ts'
import { openWebSeed } from '../../../../src/networks/bittorrent/webseed/webseed.ts'
import { watchLeaks } from '../../../kit/leaks.ts'
import { someBytes } from '../../../kit/some-bytes.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const never = new AbortController().signal

suite('the address of a file at a web seed', () => {
  test('is the seed itself, or the name and path below it', () => {
    const url = (seed: string, path: string[], isSingle: boolean) =>
      fileUrl(seed, 'My pictures', path, isSingle).href
    assert.equal(url('http://m.example/file.exe', [], true), 'http://m.example/file.exe')
    assert.equal(url('http://m.example/pub/', [], true), 'http://m.example/pub/My%20pictures')
    assert.equal(
      url('http://m.example/pub', ['a #1?', 'ü%.txt'], false),
      'http://m.example/pub/My%20pictures/a%20%231%3F/%C3%BC%25.txt',
    )
  })

  for (const seed of [
    '',
    'ftp://m.example/',
    'file:///etc/',
    'http://a:b@m.example/',
    'x'.repeat(3_000),
  ]) {
    test(`is none: ${seed.slice(0, 30)}`, () => {
      assert.throws(() => fileUrl(seed, 'x', ['y'], false), { name: 'MalformedError' })
    })
  }

  test('never leads above the seed', () => {
    for (const path of [['..', 'x'], ['.'], ['']]) {
      assert.throws(() => fileUrl('http://m.example/pub/', 'x', path, false), {
        name: 'MalformedError',
      })
    }
    const part = fc
      .string({ minLength: 1 })
      .filter((text) => !['.', '..'].includes(text) && text.isWellFormed())
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (path) => {
        const { pathname, host, search, hash } = fileUrl('http://m.example/pub/', 'x', path, false)
        assert.ok(pathname.startsWith('/pub/x/'))
        assert.deepEqual([host, search, hash], ['m.example', '', ''])
        assert.deepEqual(pathname.slice('/pub/x/'.length).split('/').map(decodeURIComponent), path)
      }),
    )
  })
})

suite('a web seed', () => {
  const bytes = Buffer.from(someBytes(300_000))
  const files = [
    { path: ['a.bin'], lengthBytes: 100_000, isPad: false },
    { path: ['.pad', '31072'], lengthBytes: 31_072, isPad: true },
    { path: ['empty'], lengthBytes: 0, isPad: false },
    { path: ['b', 'c.bin'], lengthBytes: 200_000, isPad: false },
  ]
  const whole = Buffer.concat([
    bytes.subarray(0, 100_000),
    Buffer.alloc(31_072),
    bytes.subarray(100_000),
  ])
  const contentByPath = new Map([
    ['/pub/T/a.bin', bytes.subarray(0, 100_000)],
    ['/pub/T/b/c.bin', bytes.subarray(100_000)],
  ])

  /** As any web server does it. */
  const honest: RequestListener = (request, response) => {
    const content = contentByPath.get(request.url ?? '')
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (!content || from === undefined || to === undefined)
      return void response.writeHead(404).end()
    const part = content.subarray(Number(from), Number(to) + 1)
    const range = `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`
    response.writeHead(206, { 'content-range': range }).end(part)
  }

  test('gives any stretch of a torrent, across its files', async () => {
    await using _ = watchLeaks()
    await using world = await open(honest)
    const stretch = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 150_000 }))
    await fc.assert(
      fc.asyncProperty(stretch, async ([offset, length]) => {
        const wanted = whole.subarray(offset, offset + length)
        const read = await world.seed.read(offset, wanted.length, never)
        assert.ok(wanted.equals(read))
      }),
      { numRuns: 30 },
    )
    const payload = world.surroundings.meter.totals().filter(({ purpose }) => purpose === 'payload')
    assert.ok(payload.every(({ direction, bytes: count }) => direction === 'in' && count > 0))
  })

  test('may send us on, but not to where we do not go', async () => {
    await using world = await open((request, response) => {
      if (request.url?.startsWith('/pub/')) {
        response.writeHead(302, { location: `/elsewhere${request.url}` }).end()
      } else {
        request.url = request.url?.slice('/elsewhere'.length) ?? ''
        honest(request, response)
      }
    })
    assert.ok(whole.subarray(0, 10).equals(await world.seed.read(0, 10, never)))
    const places = [
      'http://169.254.169.254/latest',
      'file:///etc/passwd',
      'ftp://m.example/',
      '/pub/T/a.bin',
    ]
    for (const location of places) {
      await using trap = await open((_, response) => response.writeHead(302, { location }).end())
      await assert.rejects(trap.seed.read(0, 10, never), /address|do not go|circles/)
    }
  })

  test('is not asked at home on the word of a stranger, nor ever again', async () => {
    let asked = 0
    await using world = await open(() => void (asked += 1), 'peer')
    await assert.rejects(world.seed.read(0, 10, never), { name: 'ForbiddenAddressError' })
    assert.deepEqual([asked, world.seed.state], [0, 'dropped'])
  })

  const lies: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse) => void>
  > = {
    'sends another part': (_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 5-14/100000' }).end('0123456789'),
    'sends all of it': (_, response) => response.writeHead(200).end(bytes),
    'sends too much': (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-9/100000' })
      response.end(Buffer.alloc(1_000_000))
    },
    'sends too little': (_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 0-9/100000' }).end('01234'),
    'packs it': (_, response) =>
      response
        .writeHead(206, { 'content-range': 'bytes 0-9/100000', 'content-encoding': 'gzip' })
        .end('0123456789'),
    'has not got it': (_, response) => response.writeHead(404).end(),
    'hangs up': (_, response) => response.destroy(),
  }
  for (const [what, listener] of Object.entries(lies)) {
    test(`that ${what} is left alone for a while`, async () => {
      await using world = await open(listener)
      await assert.rejects(world.seed.read(0, 10, never), { name: /^(?:WebSeed|Offline)Error$/ })
      assert.equal(world.seed.state, 'resting')
      await assert.rejects(world.seed.read(0, 10, never), { name: 'OfflineError' })
      await world.surroundings.clock.advance(10_000)
      assert.equal(world.seed.state, 'ready')
    })
  }

  test('that is busy is left alone for as long as it says, an hour at most', async () => {
    for (const [said, waitMs] of [
      ['120', 120_000],
      ['999999', 3_600_000],
      ['soon', 10_000],
    ] as const) {
      await using world = await open((_, response) =>
        response.writeHead(503, { 'retry-after': said }).end(),
      )
      await assert.rejects(world.seed.read(0, 10, never))
      await world.surroundings.clock.advance(waitMs - 1)
      assert.equal(world.seed.state, 'resting')
      await world.surroundings.clock.advance(1)
      assert.equal(world.seed.state, 'ready')
    }
  })

  test('that lied is never asked again', async () => {
    await using world = await open(honest)
    world.seed.lied()
    await world.surroundings.clock.advance(24 * 60 * 60_000)
    assert.equal(world.seed.state, 'dropped')
    await assert.rejects(world.seed.read(0, 10, never), { name: 'OfflineError' })
  })

  test('that says nothing is given up, as is one that nobody wants any more', async () => {
    const asked = Promise.withResolvers<void>()
    await using world = await open(() => asked.resolve())
    const stop = new AbortController()
    const reading = world.seed.read(0, 10, stop.signal)
    await asked.promise
    stop.abort()
    await assert.rejects(reading, { name: 'InterruptedError' })
    assert.equal(world.seed.state, 'ready')
    const silent = assert.rejects(world.seed.read(0, 10, never), { name: 'OfflineError' })
    await world.surroundings.clock.advanceUntil(() => world.seed.state === 'resting', {
      limitMs: 60_000,
    })
    await silent
  })

  async function open(listener: RequestListener, origin: AddressOrigin = 'user') {
    const server = createServer(listener)
    await new Promise<void>((go) => {
      server.listen(0, '127.0.0.1', go)
    })
    const { port } = server.address() as AddressInfo
    const surroundings = testSurroundings()
    const seed = openWebSeed({
      url: `http://web.example:${port}/pub/`,
      torrentName: 'T',
      files,
      isSingleFile: false,
      surroundings,
      lookUp: async () => ['127.0.0.1'],
      origin,
    })
    return {
      seed,
      surroundings,
      async [Symbol.asyncDispose]() {
        seed[Symbol.dispose]()
        server.closeAllConnections()
        await new Promise((go) => {
          server.close(go)
        })
      },
    }
  }
})
