import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ManualClock } from './manual-clock.ts'
import { MemoryPipe } from './memory-pipe.ts'
import { MemoryWire } from './memory-wire.ts'
import { atRest } from './until.ts'

suite('a body on a network in memory', () => {
  test('is over when its reader has the last byte and does not look for the end', async () => {
    const clock = new ManualClock()
    const wire = () =>
      new MemoryWire(clock, () => ({ latencyMs: 0, rateBytesPerSecond: undefined }))
    const pipe = new MemoryPipe(wire(), wire())
    let isOver = false
    const over = pipe.over.then(() => (isOver = true))
    await pipe.write(Buffer.from('all of it'))
    pipe.end()
    await atRest(() => Number(isOver))
    assert.equal(isOver, false)
    for await (const chunk of pipe) {
      assert.equal(Buffer.from(chunk).toString(), 'all of it')
      break
    }
    await over
  })
})
