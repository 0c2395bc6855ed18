import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MissingError } from '../../../src/base/errors.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import { orStopped, sendBody } from '../../../src/mesh/link/send-body.ts'
import { EndlessBody, chunked } from '../../kit/bodies.ts'
import { until } from '../../kit/until.ts'

suite('sending a body', () => {
  const never = new AbortController().signal

  test('hands over whole chunks in order, and no empty ones', async () => {
    const taken: string[] = []
    const sink = { write: async (chunk: Uint8Array) => void taken.push(String(chunk)) }
    await sendBody(chunked(Uint8Array.of(1, 2, 3, 4, 5), 2), sink, never)
    await sendBody(Uint8Array.of(6), sink, never)
    await sendBody(new Uint8Array(), sink, never)
    assert.deepEqual(taken, ['1,2', '3,4', '5', '6'])
  })

  test('makes no chunk before the one before was taken', async () => {
    const endless = new EndlessBody(10)
    const taking: (() => void)[] = []
    const stop = new AbortController()
    const sink = { write: () => new Promise<void>((resolve) => taking.push(resolve)) }
    const sending = sendBody(endless, sink, stop.signal)
    await until(() => taking.length === 1)
    assert.equal(endless.takenBytes, 10)
    taking[0]?.()
    await until(() => taking.length === 2)
    assert.equal(endless.takenBytes, 20)
    stop.abort(new OfflineError('gone'))
    await assert.rejects(sending, OfflineError)
    await until(() => endless.isStopped)
  })

  test('does not wait for a maker that is told to stop and does not', async () => {
    const stop = new AbortController()
    let isTold = false
    const stubborn = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => {
          isTold = true
          return new Promise<never>(() => {})
        },
      }),
    }
    const sending = sendBody(stubborn, { write: async () => {} }, stop.signal)
    stop.abort()
    await assert.rejects(sending, { name: 'InterruptedError' })
    assert.equal(isTold, true)
  })

  test('does not begin when nobody wants it', async () => {
    const endless = new EndlessBody()
    await assert.rejects(sendBody(endless, { write: async () => {} }, AbortSignal.abort()), {
      name: 'InterruptedError',
    })
    assert.equal(endless.takenBytes, 0)
  })

  test('fails as its maker fails', async () => {
    const failing = (async function* () {
      yield* chunked(new Uint8Array(1), 1)
      throw new MissingError('gone')
    })()
    await assert.rejects(sendBody(failing, { write: async () => {} }, never), MissingError)
  })

  test('leaves nothing on a signal that outlives it', async () => {
    let listeners = 0
    const signal = {
      aborted: false,
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    } as unknown as AbortSignal
    await orStopped(Promise.resolve(), signal)
    await assert.rejects(orStopped(Promise.reject(new MissingError('x')), signal), MissingError)
    await until(() => listeners === 0)
  })
})
