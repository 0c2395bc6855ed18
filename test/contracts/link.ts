import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { sha256, toHex } from '../../src/base/bytes.ts'
import { MissingError, NodeError } from '../../src/base/errors.ts'
import { OfflineError, WrongPeerError } from '../../src/mesh/errors.ts'
import { parseFailure } from '../../src/mesh/link/failure.ts'
import type {
  Address,
  Answer,
  Answerer,
  Contact,
  Link,
  PeerId,
  Question,
  ReceivedQuestion,
  Transport,
} from '../../src/mesh/mesh.ts'
import { EndlessBody, chunked, readAll } from '../kit/bodies.ts'
import { seededRandom } from '../kit/seeded-random.ts'
import type { TestSurroundings } from '../kit/surroundings.ts'
import { atRest, until } from '../kit/until.ts'

/** A node that listens, with what came in. */
export interface LinkedNode {
  readonly peer: PeerId
  readonly transport: Transport
  readonly address: Address
  readonly accepted: readonly Link[]
  readonly surroundings: TestSurroundings
  readonly trust: Map<PeerId, Contact['trust']>
}

/** A world in which nodes of one kind of transport can be opened; closing it closes them. */
export interface LinkWorld extends AsyncDisposable {
  open(name: string, answer: Answerer): Promise<LinkedNode>
}

/** More than any window and buffer on the way, less than would hurt. */
const aheadBytesMax = 48 * 1024 * 1024

/** What holds for every transport. */
export function linkContract(kind: string, openWorld: () => LinkWorld): void {
  suite(`a link over ${kind}`, () => {
    const never = new AbortController().signal
    let world: LinkWorld
    let ana: LinkedNode
    let ben: LinkedNode
    let answer: Answerer = async () => ({ status: 200 })
    /** Each end of one link, by who asks there. */
    let ends: { readonly dialler: Link; readonly acceptor: Link }

    before(async () => {
      world = openWorld()
      const answerer: Answerer = (question) => answer(question)
      ana = await world.open('ana', answerer)
      ben = await world.open('ben', answerer)
      ends = await linkUp(ana, ben)
    })

    after(() => world[Symbol.asyncDispose]())

    for (const side of ['dialler', 'acceptor'] as const) {
      suite(`asked by the ${side}`, () => {
        const ask = (question: Partial<Question>, signal = never) =>
          ends[side].ask({ method: 'GET', path: '/1/thing', ...question }, signal)

        test('carries method, path, fields and body there, and status, fields and body back', async () => {
          let seen: ReceivedQuestion | undefined
          let seenBody = ''
          answer = async (question) => {
            seen = question
            seenBody = (await readAll(question.body)).toString()
            return { status: 206, headers: { etag: '"x"' }, body: Buffer.from('there it is') }
          }
          const got = await ask({
            method: 'POST',
            path: '/1/shares/a%20b?c=d',
            headers: { 'if-match': '"y"' },
            body: Buffer.from('where is it?'),
          })
          assert.equal(got.status, 206)
          assert.equal(got.headers['etag'], '"x"')
          assert.equal((await readAll(got.body)).toString(), 'there it is')
          assert.equal(seen?.method, 'POST')
          assert.equal(seen.path, '/1/shares/a%20b?c=d')
          assert.equal(seen.headers['if-match'], '"y"')
          assert.equal(seenBody, 'where is it?')
          assert.equal(seen.peer, side === 'dialler' ? ben.peer : ana.peer)
          assert.equal(seen.link.peer, seen.peer)
        })

        test('needs no body in either direction', async () => {
          answer = async (question) => {
            assert.equal((await readAll(question.body)).length, 0)
            return { status: 204 }
          }
          const got = await ask({})
          assert.equal(got.status, 204)
          assert.equal((await readAll(got.body)).length, 0)
        })

        test('carries large bodies both ways unharmed', async () => {
          const there = seededRandom('there').bytes(9_000_001)
          const back = seededRandom('back').bytes(12_345_678)
          let arrived = ''
          answer = async (question) => {
            arrived = toHex(sha256(await readAll(question.body)))
            return { status: 200, body: chunked(back, 1_000_003) }
          }
          const got = await ask({ method: 'PUT', body: chunked(there, 77_777) })
          assert.equal(toHex(sha256(await readAll(got.body))), toHex(sha256(back)))
          assert.equal(arrived, toHex(sha256(there)))
        })

        test('holds the sender of an answer that is not read', async () => {
          const endless = new EndlessBody()
          answer = async () => ({ status: 200, body: endless })
          const got = await ask({})
          const ahead = await atRest(() => endless.takenBytes)
          assert.ok(ahead < aheadBytesMax, `${ahead} bytes were sent to nobody`)
          let readBytes = 0
          for await (const chunk of got.body) {
            readBytes += chunk.length
            if (readBytes > ahead + 2_000_000) break
          }
          await until(() => endless.isStopped)
          assert.ok(endless.takenBytes - readBytes < aheadBytesMax)
        })

        test('holds the sender of a question that is not read', async () => {
          const endless = new EndlessBody()
          const reading = Promise.withResolvers<void>()
          let readBytes = 0
          answer = async (question) => {
            await reading.promise
            for await (const chunk of question.body) {
              readBytes += chunk.length
              if (readBytes > 9_000_000) break
            }
            return { status: 200 }
          }
          const asked = ask({ method: 'PUT', body: endless })
          await until(() => endless.takenBytes > 0)
          const ahead = await atRest(() => endless.takenBytes)
          assert.ok(ahead < aheadBytesMax, `${ahead} bytes were sent to nobody`)
          reading.resolve()
          const got = await asked
          assert.equal(got.status, 200)
          await readAll(got.body)
          await until(() => endless.isStopped)
          assert.ok(readBytes > 9_000_000)
        })

        test('tells the answerer when the asker gives up before the answer', async () => {
          const told = Promise.withResolvers<void>()
          const giveUp = new AbortController()
          answer = async (question) => {
            question.signal.addEventListener('abort', () => told.resolve())
            giveUp.abort()
            await told.promise
            return { status: 200 }
          }
          await assert.rejects(ask({}, giveUp.signal), { name: 'InterruptedError' })
          await told.promise
        })

        test('does not even ask when the asker has given up already', async () => {
          answer = async () => assert.fail('nobody wants this')
          await assert.rejects(ask({}, AbortSignal.abort()), { name: 'InterruptedError' })
        })

        for (const [how, leave] of [
          ['cancels', (_body: AsyncIterator<Uint8Array>, cancel: () => void) => cancel()],
          ['leaves the loop', (body: AsyncIterator<Uint8Array>) => void body.return?.()],
        ] as const) {
          test(`tells the answerer when the asker ${how} in the middle of an answer`, async () => {
            const endless = new EndlessBody()
            let signal = never
            answer = async (question) => {
              signal = question.signal
              return { status: 200, body: endless }
            }
            const got = await ask({})
            const body = got.body[Symbol.asyncIterator]()
            await body.next()
            leave(body, () => got.cancel())
            await until(() => endless.isStopped && signal.aborted)
          })
        }

        test('stops the answer when the signal fires in its middle', async () => {
          const endless = new EndlessBody()
          const giveUp = new AbortController()
          answer = async () => ({ status: 200, body: endless })
          const got = await ask({}, giveUp.signal)
          const body = got.body[Symbol.asyncIterator]()
          await body.next()
          giveUp.abort()
          await assert.rejects(drain(body), { name: 'InterruptedError' })
          await until(() => endless.isStopped)
        })

        test('stops the rest of a question that is answered early', async () => {
          const endless = new EndlessBody()
          answer = async () => ({ status: 413, body: Buffer.from('too much') })
          const got = await ask({ method: 'PUT', body: endless })
          assert.equal(got.status, 413)
          assert.equal((await readAll(got.body)).toString(), 'too much')
          await until(() => endless.isStopped)
        })

        test('breaks off an answer whose maker fails, and stays up', async () => {
          answer = async () => ({ status: 200, body: failing(new MissingError('gone')) })
          await assert.rejects(async () => readAll((await ask({})).body), OfflineError)
          answer = async () => ({ status: 200 })
          assert.equal((await ask({})).status, 200)
        })

        test('breaks off a question whose maker fails, and stays up', async () => {
          let broken: unknown
          answer = async (question) => {
            broken = await readAll(question.body).catch((error: unknown) => error)
            return { status: 200 }
          }
          await assert.rejects(ask({ method: 'PUT', body: failing(new MissingError('gone')) }), {
            name: 'MissingError',
          })
          await until(() => broken instanceof NodeError)
          answer = async () => ({ status: 200 })
          assert.equal((await ask({})).status, 200)
        })

        test('carries many questions at once, each to its own answer', async () => {
          answer = async ({ path, body }) => ({
            status: 200,
            body: Buffer.from(`${path} ${(await readAll(body)).toString()}`),
          })
          const answers = await Promise.all(
            Array.from({ length: 150 }, async (_, at) => {
              const got = await ask({ path: `/1/${at}`, body: Buffer.from(`body ${at}`) })
              return (await readAll(got.body)).toString()
            }),
          )
          assert.deepEqual(
            answers,
            answers.map((_, at) => `/1/${at} body ${at}`),
          )
        })

        test('turns what the answerer throws into the status and words of its kind', async () => {
          answer = async () => {
            throw new MissingError('There is no \u202eshare\n of that name.')
          }
          const got = await ask({ path: '/1/unknown' })
          assert.equal(got.status, 404)
          const failure = parseFailure(got.status, await readAll(got.body))
          assert.equal(failure.kind, 'missing')
          assert.equal(failure.message, 'There is no share of that name.')
        })

        test('says nothing of a bug but that it is one, and logs it', async () => {
          const { log } = (side === 'dialler' ? ana : ben).surroundings
          const logged = log.errors.length
          answer = async () => {
            throw new Error('secret')
          }
          const got = await ask({})
          assert.equal(got.status, 500)
          assert.doesNotMatch((await readAll(got.body)).toString('latin1'), /secret/)
          assert.match(String(log.errors[logged]?.error), /secret/)
        })

        test('counts the same payload at both ends', async () => {
          answer = async () => ({ status: 200, body: Buffer.alloc(300_000), purpose: 'payload' })
          const earlier = [payload(ana), payload(ben)]
          const got = await ask({ answerPurpose: 'payload' })
          await readAll(got.body)
          await until(() => payload(ana).all - (earlier[0]?.all ?? 0) === 300_000)
          await until(() => payload(ben).all - (earlier[1]?.all ?? 0) === 300_000)
          const way = side === 'dialler' ? 'out' : 'in'
          assert.equal(payload(ana)[way] - (earlier[0]?.[way] ?? 0), 300_000)
        })
      })
    }

    test('is known at both ends by peer and by who dialled', () => {
      assert.equal(ends.dialler.peer, ana.peer)
      assert.equal(ends.acceptor.peer, ben.peer)
      assert.equal(ends.dialler.dialled, true)
      assert.equal(ends.acceptor.dialled, false)
    })

    test('is not made with anyone but the peer that was meant', async () => {
      const cem = await world.open('cem', async () => ({ status: 200 }))
      const wrong = await ben.transport
        .dial(cem.address, ana.peer, 'memory', never)
        .catch((error: unknown) => error)
      assert.ok(wrong instanceof WrongPeerError)
      assert.equal(wrong.expected, ana.peer)
      assert.equal(wrong.found, cem.peer)
    })

    test('is not made where nobody listens', async () => {
      const nobody = { ...ana.address, port: 1 }
      await assert.rejects(ben.transport.dial(nobody, ana.peer, 'memory', never), OfflineError)
    })

    test('is not made when the dialler has given up', async () => {
      await assert.rejects(
        ben.transport.dial(ana.address, ana.peer, 'memory', AbortSignal.abort()),
        { name: 'InterruptedError' },
      )
    })

    test('is not made with a peer that is blocked', async () => {
      const dan = await world.open('dan', async () => ({ status: 200 }))
      ana.trust.set(dan.peer, 'blocked')
      const acceptedBefore = ana.accepted.length
      await assert.rejects(dan.transport.dial(ana.address, ana.peer, 'memory', never), OfflineError)
      assert.equal(ana.accepted.length, acceptedBefore)
    })

    for (const who of ['dialler', 'acceptor'] as const) {
      test(`ends for both when the ${who} closes it, and what was under way fails`, async () => {
        const { dialler, acceptor } = await linkUp(ana, ben)
        const asked: AbortSignal[] = []
        const endless = new EndlessBody()
        answer = async ({ path, signal }): Promise<Answer> => {
          asked.push(signal)
          if (path === '/1/endless') return { status: 200, body: endless }
          return new Promise(() => {})
        }
        const streaming = await dialler.ask({ method: 'GET', path: '/1/endless' }, never)
        const body = streaming.body[Symbol.asyncIterator]()
        await body.next()
        const open = [dialler, acceptor].map((link) =>
          link.ask({ method: 'GET', path: '/1/silence' }, never).then(
            () => assert.fail('nobody answers'),
            (error: unknown) => error,
          ),
        )
        await until(() => asked.length === 3)
        await (who === 'dialler' ? dialler : acceptor)[Symbol.asyncDispose]()
        await Promise.all([dialler.ended, acceptor.ended])
        for (const error of await Promise.all(open)) assert.ok(error instanceof OfflineError)
        await assert.rejects(drain(body), OfflineError)
        await until(() => endless.isStopped && asked.every(({ aborted }) => aborted))
        for (const link of [dialler, acceptor]) {
          await assert.rejects(link.ask({ method: 'GET', path: '/1/late' }, never), OfflineError)
        }
      })
    }
  })
}

async function linkUp(
  acceptor: LinkedNode,
  dialler: LinkedNode,
): Promise<{ dialler: Link; acceptor: Link }> {
  const known = acceptor.accepted.length
  const link = await dialler.transport.dial(
    acceptor.address,
    acceptor.peer,
    'memory',
    new AbortController().signal,
  )
  await until(() => acceptor.accepted.length > known)
  return { dialler: link, acceptor: acceptor.accepted[known]! }
}

async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}

async function* failing(error: Error): AsyncGenerator<Uint8Array> {
  yield* chunked(new Uint8Array(1000), 100)
  throw error
}

function payload({ surroundings }: LinkedNode): { in: number; out: number; all: number } {
  const bytes = { in: 0, out: 0, all: 0 }
  for (const total of surroundings.meter.totals()) {
    if (total.purpose !== 'payload') continue
    bytes[total.direction] += total.bytes
    bytes.all += total.bytes
  }
  return bytes
}
