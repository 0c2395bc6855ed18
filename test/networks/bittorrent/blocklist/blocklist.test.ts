import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { parseBlocklist } from '../../../../src/networks/bittorrent/blocklist/blocklist.ts'

suite('a blocklist', () => {
  test('is read in the forms that go round', () => {
    const list = parseBlocklist(
      [
        '# a comment',
        '// another',
        '',
        'Some: words, 10-20:1.2.3.0-1.2.3.255\r',
        'Of a network:2001:db8::-2001:db8::ff',
        '005.006.007.008 - 005.006.007.010 , 100 , bad',
        '005.006.008.000 - 005.006.008.255 , 200 , good',
        '9.9.9.0/24',
        '8.8.8.8',
        '2001:db8:1::/48',
        'nonsense',
        '1.2.3.4-',
        '1.1.1.9-1.1.1.1',
        '300.1.1.1/8',
        '1.1.1.1/33',
      ].join('\n'),
    )
    assert.deepEqual([list.ranges, list.skipped], [6, 5])
    const inside = ['1.2.3.0', '1.2.3.255', '5.6.7.9', '9.9.9.77', '8.8.8.8', '::ffff:8.8.8.8']
    const inside6 = ['2001:db8::1', '2001:db8:1:ff::']
    const outside = ['1.2.4.0', '5.6.7.11', '5.6.8.1', '8.8.8.9', '2001:db8::100', '::1', 'name']
    assert.deepEqual(
      [...inside, ...inside6].filter((host) => !list.has(host)),
      [],
    )
    assert.deepEqual(
      outside.filter((host) => list.has(host)),
      [],
    )
  })

  test('holds exactly what its ranges hold', () => {
    const end = fc.integer({ min: 0, max: 400 })
    const host = (number: number) => `10.0.${number >> 8}.${number & 255}`
    fc.assert(
      fc.property(fc.array(fc.tuple(end, end), { maxLength: 30 }), end, (pairs, asked) => {
        const ranges = pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
        const list = parseBlocklist(ranges.map(([a, b]) => `x:${host(a)}-${host(b)}`).join('\n'))
        const expected = ranges.some(([a, b]) => asked >= a && asked <= b)
        assert.equal(list.has(host(asked)), expected)
        assert.equal(list.skipped, 0)
      }),
    )
  })

  test('is read quickly, whatever is in it', () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, at) => `x:9.${at >> 8}.${at & 255}.1-9.${at >> 8}.${at & 255}.9`,
    )
    const list = parseBlocklist(`${'a:-'.repeat(100_000)}\n${lines.join('\n')}`)
    assert.deepEqual([list.ranges, list.skipped], [50_000, 1])
  })
})
