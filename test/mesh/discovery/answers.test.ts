import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { answersTo, withAdditionals } from '../../../src/mesh/discovery/answers.ts'
import type { DnsMessage, DnsQuestion } from '../../../src/mesh/discovery/dns-message.ts'
import { ownRecords } from '../../../src/mesh/discovery/own-service.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('what a query makes a node say', () => {
  const { peerId: peer } = testIdentity('ana')
  const addresses = [{ host: '192.168.1.2', prefixBits: 24 }]
  const records = ownRecords({ peer, name: 'Ana', port: 1 }, 1, { name: 'eth0', addresses })
  const [types, pointer, service, text, address] = records
  assert.ok(types && pointer && service && text && address)

  const cases: readonly [string, DnsQuestion[], readonly string[], readonly string[]][] = [
    [
      'who is there: itself, and all that leads to it',
      [{ name: '_FullMesh._tcp.local', type: 'PTR' }],
      ['PTR'],
      ['SRV', 'TXT', 'A'],
    ],
    [
      'which types there are: its own',
      [{ name: '_services._dns-sd._udp.local', type: 'PTR' }],
      ['PTR'],
      [],
    ],
    ['where an instance is: its host', [{ name: service.name, type: 'SRV' }], ['SRV'], ['A']],
    ['all about an instance', [{ name: service.name, type: 'ANY' }], ['SRV', 'TXT'], ['A']],
    ['a host’s address', [{ name: address.name, type: 'A' }], ['A'], []],
    [
      'a host’s address of a kind it has not: nothing',
      [{ name: address.name, type: 'AAAA' }],
      [],
      [],
    ],
    ['anything else: nothing', [{ name: '_http._tcp.local', type: 'PTR' }], [], []],
    ['nothing: nothing', [], [], []],
  ]
  for (const [sentence, questions, answers, additionals] of cases) {
    test(sentence, () => {
      const found = answersTo(query(questions), records)
      assert.deepEqual(
        found.map(({ type }) => type),
        answers,
      )
      assert.deepEqual(
        withAdditionals(found, records)
          .slice(found.length)
          .map(({ type }) => type),
        found.length === 0 ? [] : additionals,
      )
    })
  }

  test('is nothing that the asker will know for a while yet', () => {
    const questions: DnsQuestion[] = [{ name: pointer.name, type: 'PTR' }]
    const knowing = (ttlSeconds: number) =>
      answersTo({ ...query(questions), answers: [{ ...pointer, ttlSeconds }] }, records)
    assert.deepEqual(knowing(2_250), [])
    assert.deepEqual(knowing(2_249), [pointer])
    const other = { ...pointer, target: 'other._fullmesh._tcp.local' }
    assert.deepEqual(answersTo({ ...query(questions), answers: [other] }, records), [pointer])
  })
})

function query(questions: readonly DnsQuestion[]): DnsMessage {
  return { kind: 'query', questions, answers: [], authorities: [] }
}
