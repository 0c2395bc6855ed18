import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { InterruptedError } from '../../../src/base/errors.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import type { Link, PeerId } from '../../../src/mesh/mesh.ts'
import { SharedDials } from '../../../src/mesh/reach/shared-dials.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const bob = testIdentity('bob').peerId

suite('dialling one peer for several who wait', () => {
  test('is done once, and all get the same', async () => {
    const phone = new Phone()
    const waiting = [phone.wait(), phone.wait()]
    phone.answer()
    const [first, second] = await Promise.all(waiting)
    assert.equal(first, second)
    assert.equal(phone.calls.length, 1)
    const again = phone.wait()
    phone.answer()
    assert.notEqual(await again, first)
  })

  test('fails for all', async () => {
    const phone = new Phone()
    const waiting = [phone.wait(), phone.wait()]
    phone.calls[0]?.reject(new OfflineError('nobody is there'))
    for (const one of waiting) await assert.rejects(one, OfflineError)
  })

  test('goes on for the others when one has had enough, and stops with the last', async () => {
    const phone = new Phone()
    const [first, second] = [new AbortController(), new AbortController()]
    const waiting = [phone.wait(first.signal), phone.wait(second.signal)]
    first.abort()
    await assert.rejects(waiting[0] ?? assert.fail(), InterruptedError)
    assert.equal(phone.calls[0]?.signal.aborted, false)
    second.abort()
    await assert.rejects(waiting[1] ?? assert.fail(), InterruptedError)
    assert.equal(phone.calls[0]?.signal.aborted, true)
  })

  test('begins anew for whoever comes when it is being stopped', async () => {
    const phone = new Phone()
    const stop = new AbortController()
    const first = phone.wait(stop.signal)
    stop.abort()
    const second = phone.wait()
    await assert.rejects(first, InterruptedError)
    phone.answer()
    assert.equal((await second).peer, bob)
    assert.equal(phone.calls.length, 2)
  })

  test('ends for those who wait when the peer comes by itself, and goes on all the same', async () => {
    const phone = new Phone()
    const waiting = phone.wait()
    const theirs = linkTo(bob)
    phone.dials.arrived(theirs)
    assert.equal(await waiting, theirs)
    assert.equal(phone.calls[0]?.signal.aborted, false)
  })

  test('can be stopped for good', async () => {
    const phone = new Phone()
    const waiting = phone.wait()
    const stopped = phone.dials.stop()
    await assert.rejects(waiting, InterruptedError)
    await stopped
  })
})

class Phone {
  readonly calls: (PromiseWithResolvers<Link> & { signal: AbortSignal })[] = []
  readonly dials = new SharedDials((_peer, signal) => {
    const call = { ...Promise.withResolvers<Link>(), signal }
    signal.addEventListener('abort', () => call.reject(new InterruptedError()))
    this.calls.push(call)
    return call.promise
  })

  wait(signal = new AbortController().signal): Promise<Link> {
    return this.dials.join(bob, signal)
  }

  answer(): void {
    this.calls.at(-1)?.resolve(linkTo(bob))
  }
}

function linkTo(peer: PeerId): Link {
  return Object.assign(Object.create(null), { peer })
}
