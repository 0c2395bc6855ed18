import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Lanes } from '../../../src/transfer/copies/lanes.ts'

suite('lanes', () => {
  test('hold back whoever comes when all are taken', async () => {
    const lanes = new Lanes(2)
    const free: (() => void)[] = []
    const task = () => new Promise<void>((resolve) => free.push(resolve))
    await lanes.add(task)
    await lanes.add(task)
    let third = false
    const adding = lanes.add(task).then(() => (third = true))
    await new Promise(setImmediate)
    assert.equal(third, false)
    free[0]?.()
    await adding
    for (const end of free) end()
    await lanes.finish()
  })

  test('tell of the first failure to whoever adds or ends', async () => {
    const lanes = new Lanes(1)
    await lanes.add(async () => {
      throw new Error('the disk is full')
    })
    await assert.rejects(
      lanes.add(async () => {}),
      /full/,
    )
    await assert.rejects(lanes.finish(), /full/)
    await lanes.settled()
  })
})
