import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationInWords } from '../../src/shares/duration.ts'

test('a length of time is told in the unit that a person would use', () => {
  const minuteMs = 60_000
  const hourMs = 60 * minuteMs
  for (const [ms, words] of [
    [0, '1 second'],
    [1001, '2 seconds'],
    [119_000, '119 seconds'],
    [2 * minuteMs, '2 minutes'],
    [90 * minuteMs, '90 minutes'],
    [2 * hourMs, '2 hours'],
    [24 * hourMs, '24 hours'],
    [47 * hourMs + 1, '2 days'],
    [365 * 24 * hourMs, '365 days'],
  ] as const) {
    assert.equal(durationInWords(ms), words)
  }
})
