import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AnswerWindow, windowFor } from '../../../src/mesh/gate/answer-window.ts'
import { answerBytesMax, answerWindow } from '../../../src/mesh/gate/limits.ts'

suite('the window of an answer', () => {
  test('is large for one and shrinks with their number, so that all together stay within bounds', () => {
    assert.equal(windowFor(0), answerWindow.maxBytes)
    assert.equal(windowFor(1), answerWindow.maxBytes)
    for (let open = 1; windowFor(open) !== undefined; open++) {
      assert.ok((windowFor(open) ?? 0) * open <= answerBytesMax)
    }
  })

  test('is refused when even the smallest would be too much', () => {
    const most = answerBytesMax / answerWindow.minBytes
    assert.equal(windowFor(most), answerWindow.minBytes)
    assert.equal(windowFor(most + 1), undefined)
    const window = new AnswerWindow()
    for (let open = 0; open < most; open++) window.open()
    assert.equal(window.open(), undefined)
  })

  test('tells when it changes, and grows again only when there is much room', () => {
    const window = new AnswerWindow()
    const told: number[] = []
    window.changed.subscribe((bytes) => told.push(bytes))
    const open = Array.from({ length: 20 }, () => window.open())
    assert.deepEqual(told, [4 * 1024 * 1024, 2 * 1024 * 1024])
    open.pop()?.[Symbol.dispose]()
    assert.equal(window.bytes, 2 * 1024 * 1024)
    for (const one of open) one?.[Symbol.dispose]()
    assert.equal(window.bytes, answerWindow.maxBytes)
  })

  test('counts an answer once, however often it is given back', () => {
    const window = new AnswerWindow()
    const kept = Array.from({ length: 7 }, () => window.open())
    const one = window.open()
    one?.[Symbol.dispose]()
    one?.[Symbol.dispose]()
    one?.[Symbol.dispose]()
    assert.equal(window.bytes, windowFor(kept.length))
  })
})
