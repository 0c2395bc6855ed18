import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, nat, property } from 'fast-check'
import * as human from '../../../src/doors/cli/human.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

suite('words for numbers', () => {
  golden('a size', human.size, [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9960, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [8_100_000_000, '8.1 GB'],
    [3.2e15, '3.2 PB'],
    [3.2e18, '3200 PB'],
  ])
  golden('a count', human.count, [
    [0, '0'],
    [1204, '1,204'],
    [1_000_000, '1,000,000'],
  ])
  golden('a duration', human.duration, [
    [0, '0 s'],
    [59_400, '59 s'],
    [minute, '1 min'],
    [61_000, '1 min 1 s'],
    [11 * minute, '11 min'],
    [hour, '1 h'],
    [hour + 12 * minute, '1 h 12 min'],
    [2 * day + 3 * hour, '2 d 3 h'],
  ])

  test('a number of things has its plural', () => {
    assert.equal(human.amount({ files: 1, bytes: 1 }), '1 file, 1 B')
    assert.equal(human.amount({ files: 1204, bytes: 8.1e9 }), '1,204 files, 8.1 GB')
  })

  test('the past is told in the words of a person', () => {
    const nowMs = Date.UTC(2030, 5, 15, 12)
    assert.equal(human.ago(nowMs - 500, nowMs), 'now')
    assert.equal(human.ago(nowMs - 30_000, nowMs), '30 s ago')
    assert.equal(human.ago(nowMs - 3 * minute - 20_000, nowMs), '3 min ago')
    assert.equal(human.ago(nowMs - 2 * day, nowMs), '2 d ago')
    assert.equal(human.ago(nowMs - 30 * day, nowMs), '2030-05-16')
  })
})

suite('numbers from words', () => {
  test('a size is read in either kind of units', () => {
    assert.equal(human.parseSize('500'), 500)
    assert.equal(human.parseSize('10kB'), 10_000)
    assert.equal(human.parseSize('1.5 GiB'), 1.5 * 1024 ** 3)
    assert.equal(human.parseSize('2M'), 2_000_000)
    for (const text of ['', 'kB', '-1', '1 XB', '1e3', 'ten']) {
      assert.equal(human.parseSize(text), undefined, text)
    }
  })

  test('a size that was shown is read back, nearly', () => {
    always(
      property(nat(2 ** 31 - 1), (bytes) => {
        const back = human.parseSize(human.size(bytes)) ?? NaN
        assert.ok(Math.abs(back - bytes) <= bytes * 0.051, `${bytes} ${back}`)
      }),
    )
  })

  test('a time is a day, a moment or how long ago', () => {
    const nowMs = Date.UTC(2030, 5, 15)
    assert.equal(human.parseTime('3d', nowMs), nowMs - 3 * day)
    assert.equal(human.parseTime('90 min', nowMs), nowMs - 90 * minute)
    assert.equal(human.parseTime('2030-05-01T10:00Z', nowMs), Date.UTC(2030, 4, 1, 10))
    assert.equal(human.parseTime('2030-05-01', nowMs), new Date(2030, 4, 1).getTime())
    for (const text of ['', '3', 'yesterday', '2030', '2030-99-99']) {
      assert.equal(human.parseTime(text, nowMs), undefined, text)
    }
  })
})

function golden(
  what: string,
  say: (number: number) => string,
  cases: readonly (readonly [number, string])[],
): void {
  for (const [number, expected] of cases) {
    test(`${what} of ${number} is "${expected}"`, () => {
      assert.equal(say(number), expected)
    })
  }
}
