import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MalformedError } from '../../../../src/base/errors.ts'
import { parseIf } from '../../../../src/doors/drive/locks/if-header.ts'

suite('the If header', () => {
  test('has lists for the request itself', () => {
    assert.deepEqual(parseIf('(<urn:uuid:1> ["tag"]) (Not <DAV:no-lock>)'), [
      {
        resource: undefined,
        conditions: [
          { isNot: false, kind: 'token', value: 'urn:uuid:1' },
          { isNot: false, kind: 'etag', value: '"tag"' },
        ],
      },
      { resource: undefined, conditions: [{ isNot: true, kind: 'token', value: 'DAV:no-lock' }] },
    ])
  })

  test('has lists for other addresses, each for those that follow it', () => {
    const lists = parseIf('<http://h/a> (<urn:1>)(NOT["x"]) </b>(<urn:2>)')
    assert.deepEqual(
      lists.map(({ resource }) => resource),
      ['http://h/a', 'http://h/a', '/b'],
    )
  })

  test('is refused when it is anything else', () => {
    const wrong = ['', '()', '(<a>', '(<a)', 'a', '<a>', '(Not)', '(["x)', '<a> <b> (<c>)', '(a)']
    for (const text of wrong) assert.throws(() => parseIf(text), MalformedError, text)
    assert.throws(() => parseIf(`(${'<a>'.repeat(101)})`), MalformedError)
  })

  test('ends in lists or a refusal, whatever is written', () => {
    const unit = fc.constantFrom('(', ')', '<', '>', '[', ']', 'Not', ' ', '"', 'a')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        try {
          assert.ok(parseIf(text).length > 0)
        } catch (error) {
          assert.ok(error instanceof MalformedError)
        }
      }),
    )
  })
})
