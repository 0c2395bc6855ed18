import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Serial } from '../../src/base/serial.ts'
import { Topic } from '../../src/base/topic.ts'

suite('a serial', () => {
  test('runs one task after another, also after one that failed', async () => {
    const serial = new Serial()
    const order: string[] = []
    const slow = serial.run(async () => {
      await new Promise(setImmediate)
      order.push('slow')
      throw new Error('no')
    })
    const quick = serial.run(async () => order.push('quick'))
    await assert.rejects(slow)
    await quick
    assert.deepEqual(order, ['slow', 'quick'])
  })
})

suite('a topic', () => {
  test('tells its listeners in order until they leave, even while it tells', () => {
    const topic = new Topic<number>()
    const heard: string[] = []
    const first = topic.subscribe((event) => {
      heard.push(`first ${event}`)
      first[Symbol.dispose]()
    })
    topic.subscribe((event) => heard.push(`second ${event}`))
    topic.publish(1)
    topic.publish(2)
    assert.deepEqual(heard, ['first 1', 'second 1', 'second 2'])
    assert.equal(topic.listenerCount, 1)
  })
})
