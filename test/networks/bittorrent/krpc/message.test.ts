import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  encodeAnswer,
  encodeQuestion,
  encodeRefusal,
  parseMessage,
} from '../../../../src/networks/bittorrent/krpc/message.ts'

const id = Buffer.from('abcdefghij0123456789')
const t = Buffer.from('aa')

suite('a message of the DHT', () => {
  test('asks as BEP 5 shows it', () => {
    assert.equal(
      Buffer.from(encodeQuestion(t, 'ping', { id }, false)).toString('latin1'),
      'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:v4:FM\0\u00011:y1:qe',
    )
  })

  test('says that it answers nothing', () => {
    const question = parseMessage(encodeQuestion(t, 'ping', { id }, true))
    assert.ok(question.kind === 'question' && question.isReadOnly)
  })

  test('answers, and says where the asker was seen', () => {
    const data = encodeAnswer(t, { id }, { host: '1.2.3.4', port: 0x1617 })
    assert.equal(
      Buffer.from(data).toString('latin1'),
      'd2:ip6:\u0001\u0002\u0003\u0004\u0016\u00171:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re',
    )
    const answer = parseMessage(data)
    assert.ok(answer.kind === 'answer')
    assert.deepEqual(answer.seenAt, { host: '1.2.3.4', port: 0x1617 })
    assert.deepEqual(Buffer.from(answer.values.bytes('id') ?? []), id)
  })

  test('refuses with a code and words', () => {
    const refusal = parseMessage(encodeRefusal(t, { code: 203, words: 'bad token' }))
    assert.ok(refusal.kind === 'refusal')
    assert.deepEqual([refusal.code, refusal.words], [203, 'bad token'])
  })

  const refused: Readonly<Record<string, string>> = {
    'no dictionary': 'le',
    'no transaction': 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe',
    'a transaction without end': `d1:ade1:q4:ping1:t65:${'a'.repeat(65)}1:y1:qe`,
    'no method': 'd1:ade1:t2:aa1:y1:qe',
    'no arguments': 'd1:q4:ping1:t2:aa1:y1:qe',
    'an answer without values': 'd1:t2:aa1:y1:re',
    'an error without words': 'd1:t2:aa1:y1:ee',
    'another kind': 'd1:t2:aa1:y1:xe',
    'something behind it': 'd1:ade1:q4:ping1:t2:aa1:y1:qe.',
    depths: `d1:ad1:x${'l'.repeat(40)}${'e'.repeat(40)}e1:q4:ping1:t2:aa1:y1:qe`,
    'too many values': `d1:ad1:xl${'0:'.repeat(600)}ee1:q4:ping1:t2:aa1:y1:qe`,
    'too many bytes': `d1:ad1:x2100:${'x'.repeat(2_100)}e1:q4:ping1:t2:aa1:y1:qe`,
  }
  for (const [what, text] of Object.entries(refused)) {
    test(`is refused with ${what}`, () => {
      assert.throws(() => parseMessage(Buffer.from(text)), { name: 'MalformedError' })
    })
  }

  test('comes back as it was, whatever is asked', () => {
    const bytes = fc.uint8Array({ maxLength: 64 })
    fc.assert(
      fc.property(bytes, fc.string(), bytes, fc.boolean(), (transaction, method, x, isReadOnly) => {
        const question = parseMessage(encodeQuestion(transaction, method, { id, x }, isReadOnly))
        assert.ok(question.kind === 'question')
        assert.deepEqual(
          [Buffer.from(question.transaction), question.isReadOnly],
          [Buffer.from(transaction), isReadOnly],
        )
        assert.deepEqual(Buffer.from(question.values.bytes('x') ?? []), Buffer.from(x))
      }),
    )
  })
})
