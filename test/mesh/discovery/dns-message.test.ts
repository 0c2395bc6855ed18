import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  array,
  assert as always,
  boolean,
  constantFrom,
  integer,
  ipV4,
  oneof,
  property,
  record,
  string,
  stringMatching,
  uint8Array,
} from 'fast-check'
import { MalformedError } from '../../../src/base/errors.ts'
import {
  decodeDnsMessage,
  encodeDnsMessage,
  messageBytesMax,
} from '../../../src/mesh/discovery/dns-message.ts'
import type { DnsMessage, DnsRecord } from '../../../src/mesh/discovery/dns-message.ts'

suite('a message of multicast DNS', () => {
  test('asks, in bytes that RFC 1035 gives', () => {
    const query = asks({ name: '_fullmesh._tcp.local', type: 'PTR' })
    const bytes = Buffer.concat([
      Buffer.from('000000000001000000000000', 'hex'),
      Buffer.from('\x09_fullmesh\x04_tcp\x05local\x00'),
      Buffer.from('000c0001', 'hex'),
    ])
    assert.deepEqual(Buffer.from(encodeDnsMessage(query)), bytes)
    assert.deepEqual(decodeDnsMessage(bytes), query)
  })

  test('answers, in bytes that RFC 6762 gives: authoritative, and with the bit to flush', () => {
    const answer: DnsMessage = {
      ...asks(),
      kind: 'response',
      answers: [{ type: 'A', name: 'a.local', ttlSeconds: 120, flush: true, host: '192.168.1.2' }],
    }
    const bytes = Buffer.concat([
      Buffer.from('000084000000000100000000', 'hex'),
      Buffer.from('\x01a\x05local\x00'),
      Buffer.from('0001800100000078', 'hex'),
      Buffer.from('0004c0a80102', 'hex'),
    ])
    assert.deepEqual(Buffer.from(encodeDnsMessage(answer)), bytes)
    assert.deepEqual(decodeDnsMessage(bytes), answer)
  })

  test('is understood when names point back to names, and when the answer is wanted alone', () => {
    const bytes = Buffer.concat([
      Buffer.from('000000000002000000000000', 'hex'),
      Buffer.from('\x09_fullmesh\x04_tcp\x05local\x00'),
      Buffer.from('000c8001', 'hex'),
      Buffer.from('\x03ana\xc0\x0c', 'latin1'),
      Buffer.from('00ff0001', 'hex'),
    ])
    assert.deepEqual(decodeDnsMessage(bytes).questions, [
      { name: '_fullmesh._tcp.local', type: 'PTR' },
      { name: 'ana._fullmesh._tcp.local', type: 'ANY' },
    ])
  })

  test('takes additional records for answers', () => {
    const bytes = Buffer.concat([
      Buffer.from('000084000000000000000001', 'hex'),
      Buffer.from('\x01a\x05local\x00'),
      Buffer.from('00010001000000780004c0a80102', 'hex'),
    ])
    assert.equal(decodeDnsMessage(bytes).answers.length, 1)
  })

  test('reads back what was written', () => {
    always(
      property(
        array(anyRecord, { maxLength: 10 }),
        array(anyRecord, { maxLength: 3 }),
        (answers, authorities) => {
          const message: DnsMessage = { kind: 'response', questions: [], answers, authorities }
          assert.deepEqual(decodeDnsMessage(encodeDnsMessage(message)), message)
        },
      ),
    )
  })

  test('is refused when it is too short, too long, breaks off or claims too much', () => {
    const whole = encodeDnsMessage(asks({ name: '_fullmesh._tcp.local', type: 'PTR' }))
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => decodeDnsMessage(whole.subarray(0, length)), MalformedError)
    }
    assert.throws(() => decodeDnsMessage(new Uint8Array(messageBytesMax + 1)), MalformedError)
    const bomb = Buffer.from('00008400ffffffffffffffff', 'hex')
    assert.throws(() => decodeDnsMessage(bomb), /claims 262140 entries/)
  })

  test('is refused when a name points forward, to itself, or is endless', () => {
    const header = Buffer.from('000000000001000000000000', 'hex')
    for (const name of ['c00c', 'c0ff', 'c00cc00c', '80', 'ff']) {
      const bytes = Buffer.concat([header, Buffer.from(`${name}00ff0001`, 'hex')])
      assert.throws(() => decodeDnsMessage(bytes), MalformedError, name)
    }
    const long = Buffer.concat(
      Array.from({ length: 5 }, () => Buffer.from(`\x3f${'a'.repeat(63)}`)),
    )
    const bytes = Buffer.concat([header, long, Buffer.from('0000ff0001', 'hex')])
    assert.throws(() => decodeDnsMessage(bytes), MalformedError)
  })

  test('leaves out names that would not be encoded as they came', () => {
    const header = Buffer.from('000000000001000000000000', 'hex')
    const labels = [`\x3f${'\xff'.repeat(63)}`, '\x03a\0b', '\x02a.']
    for (const label of labels) {
      const bytes = Buffer.concat([
        header,
        Buffer.from(`${label}\x05local\x00`, 'latin1'),
        Buffer.from('00ff0001', 'hex'),
      ])
      assert.deepEqual(decodeDnsMessage(bytes).questions, [], JSON.stringify(label))
    }
  })

  test('is read or refused, whatever comes, and what is read can be written', () => {
    const header = stringMatching(/^0000[08]400(000[0-3]){4}$/).map((hex) =>
      Buffer.from(hex, 'hex'),
    )
    always(
      property(header, uint8Array({ maxLength: 200 }), (head, tail) => {
        try {
          encodeDnsMessage(decodeDnsMessage(Buffer.concat([head, tail])))
        } catch (error) {
          assert.ok(error instanceof MalformedError, String(error))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('is read or refused when a byte of a good one is another', () => {
    const good = encodeDnsMessage({ ...asks({ name: 'x.local', type: 'A' }), answers: samples })
    always(
      property(
        integer({ min: 0, max: good.length - 1 }),
        integer({ min: 0, max: 255 }),
        (at, byte) => {
          const bytes = Uint8Array.from(good)
          bytes[at] = byte
          try {
            encodeDnsMessage(decodeDnsMessage(bytes))
          } catch (error) {
            assert.ok(error instanceof MalformedError, String(error))
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

const samples: readonly DnsRecord[] = [
  { type: 'PTR', name: 'a.local', ttlSeconds: 1, flush: false, target: 'b.local' },
  { type: 'SRV', name: 'a.local', ttlSeconds: 1, flush: true, target: 'b.local', port: 4711 },
  { type: 'TXT', name: 'a.local', ttlSeconds: 1, flush: true, strings: ['id=x', 'v=1'] },
  { type: 'AAAA', name: 'a.local', ttlSeconds: 1, flush: true, host: 'fe80::1' },
]

const label = stringMatching(/^[a-zA-Z0-9_ äß🐢'-]{1,12}$/u)
const name = array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
/** Records are compared with parsed ones, which have a prototype. */
const plain = { noNullPrototype: true } as const
const head = {
  name,
  ttlSeconds: integer({ min: 0, max: 2 ** 31 }),
  flush: boolean(),
}
const anyRecord = oneof(
  record({ ...head, type: constantFrom('PTR' as const), target: name }, plain),
  record(
    {
      ...head,
      type: constantFrom('SRV' as const),
      target: name,
      port: integer({ min: 1, max: 65_535 }),
    },
    plain,
  ),
  record(
    {
      ...head,
      type: constantFrom('TXT' as const),
      strings: array(string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), {
        minLength: 1,
        maxLength: 4,
      }),
    },
    plain,
  ),
  record({ ...head, type: constantFrom('A' as const), host: ipV4() }, plain),
)

function asks(...questions: DnsMessage['questions']): DnsMessage {
  return { kind: 'query', questions, answers: [], authorities: [] }
}
