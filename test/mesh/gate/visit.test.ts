import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ExpelledError, GateError } from '../../../src/mesh/errors.ts'
import { makeGate } from '../../../src/mesh/gate/gate.ts'
import {
  answerBytesMax,
  answerWindow,
  chatterBytes,
  questionBurstSeconds,
  questionBytesMax,
  questionWaitMs,
  questionWindowBytes,
  questionsAtOnceMax,
  questionsPerSecond,
  refusalsMax,
} from '../../../src/mesh/gate/limits.ts'
import type { Gate, Visit } from '../../../src/mesh/mesh.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { testIdentity } from '../../kit/test-identity.ts'
import { until } from '../../kit/until.ts'

suite('a connection, as the gate sees it,', () => {
  const never = new AbortController().signal
  const burst = questionsPerSecond.shareMax * questionBurstSeconds

  function opened(): { gate: Gate; clock: ManualClock } {
    const clock = new ManualClock()
    return { clock, gate: makeGate({ clock, trustOf: () => undefined }) }
  }

  function linked(gate: Gate, name: string, host = '10.0.0.1'): Visit {
    const visit = gate.enter(host, () => {})
    visit.prove(testIdentity(name).peerId)
    return visit
  }

  async function askAndEnd(visit: Visit, times: number): Promise<void> {
    for (let at = 0; at < times; at++) (await visit.question(0, never))[Symbol.dispose]()
  }

  test('may have many questions open at once, but not endlessly many', async () => {
    const visit = linked(opened().gate, 'ana')
    const open = await Promise.all(
      Array.from({ length: questionsAtOnceMax }, () => visit.question(0, never)),
    )
    await assert.rejects(visit.question(0, never), GateError)
    open[0]?.[Symbol.dispose]()
    await visit.question(0, never)
  })

  test('asks at once up to its burst and then waits for its turn', async () => {
    const { gate, clock } = opened()
    const visit = linked(gate, 'ana')
    await askAndEnd(visit, burst)
    let asked = 0
    const waiting = Array.from({ length: 3 }, async () => {
      await visit.question(0, never)
      asked++
    })
    await clock.advance(0)
    assert.equal(asked, 0)
    await clock.advance(1000)
    await Promise.all(waiting)
  })

  test('is refused what would have to wait too long', async () => {
    const { gate } = opened()
    for (let at = 0; at < 92; at++) linked(gate, `${at}`, `10.0.1.${at}`)
    const own = Array.from({ length: 8 }, () => linked(gate, 'ana'))
    const share = questionsPerSecond.total / 100
    const most = share * questionBurstSeconds + share * (questionWaitMs / 1000)
    let refused = 0
    for (const visit of own) {
      for (let at = 0; at < questionsAtOnceMax; at++) {
        visit.question(0, never).catch((error: unknown) => {
          assert.ok(error instanceof GateError)
          refused++
        })
      }
    }
    await until(() => refused > 0)
    assert.equal(refused, own.length * questionsAtOnceMax - most)
  })

  test('gives its turn up when the asker has gone', async () => {
    const { gate, clock } = opened()
    const visit = linked(gate, 'ana')
    await askAndEnd(visit, burst)
    const gone = new AbortController()
    const waiting = visit.question(0, gone.signal)
    gone.abort()
    await assert.rejects(waiting, { name: 'InterruptedError' })
    assert.equal(clock.pending, 0)
  })

  test('has a smaller share of all questions when there are many', async () => {
    const { gate } = opened()
    const visits = Array.from({ length: 100 }, (_, at) => linked(gate, `${at}`, `10.0.1.${at}`))
    const shareBurst = (questionsPerSecond.total / 100) * questionBurstSeconds
    await askAndEnd(visits[0]!, shareBurst)
    const waiting = visits[0]!.question(0, AbortSignal.abort())
    await assert.rejects(waiting, { name: 'InterruptedError' })
    await askAndEnd(visits[1]!, 1)
  })

  test('is ended when it does not stop asking what is refused', async () => {
    const visit = linked(opened().gate, 'loud')
    for (let at = 0; at < questionsAtOnceMax; at++) await visit.question(0, never)
    for (let at = 0; at < refusalsMax; at++) {
      await assert.rejects(visit.question(0, never), { name: 'GateError' })
    }
    await assert.rejects(visit.question(0, never), ExpelledError)
  })

  test('has no more than its share of the memory for unread questions', async () => {
    const { gate } = opened()
    const few = linked(gate, 'ana')
    const most = questionBytesMax / questionWindowBytes
    for (let at = 0; at < questionsAtOnceMax; at++) await few.question(questionWindowBytes, never)
    assert.ok(questionsAtOnceMax < most)
    const visits = Array.from({ length: 100 }, (_, at) => linked(gate, `${at}`, `10.0.1.${at}`))
    const outcomes = await Promise.allSettled(
      visits.flatMap((visit) =>
        Array.from({ length: 4 }, () => visit.question(questionWindowBytes, never)),
      ),
    )
    const granted = outcomes.filter(({ status }) => status === 'fulfilled').length
    assert.equal(granted, most - questionsAtOnceMax)
    await linked(gate, 'cem', '10.0.2.1').question(0, never)
  })

  test('may chatter a little, and is ended when it does not stop', async () => {
    const { gate, clock } = opened()
    const visit = linked(gate, 'ana')
    visit.heard(chatterBytes.burst, 0)
    visit.heard(chatterBytes.burst + 1e9, 1e9)
    await clock.advance(1000)
    visit.heard(chatterBytes.burst + 1e9 + chatterBytes.perSecond, 1e9)
    assert.throws(() => visit.heard(chatterBytes.burst * 3 + 1e9, 1e9), ExpelledError)
  })

  test('lets this node ask as long as there is room for answers', () => {
    const { gate } = opened()
    const visit = linked(gate, 'ana')
    assert.equal(gate.windowBytes, answerWindow.maxBytes)
    const asked = Array.from({ length: answerBytesMax / answerWindow.minBytes }, () => visit.ask())
    assert.equal(gate.windowBytes, answerWindow.minBytes)
    assert.throws(() => visit.ask(), GateError)
    for (const one of asked) one[Symbol.dispose]()
    assert.equal(gate.windowBytes, answerWindow.maxBytes)
  })
})
