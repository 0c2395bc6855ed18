import { sameName, sameRecord } from './dns-message.ts'
import type { DnsMessage, DnsQuestion, DnsRecord } from './dns-message.ts'
import { serviceType } from './own-service.ts'

/** Which of our `records` answer the query, less what the asker says it knows (RFC 6762, section 7.1). */
export function answersTo(query: DnsMessage, records: readonly DnsRecord[]): DnsRecord[] {
  return records.filter(
    (record) =>
      query.questions.some((question) => asksFor(question, record)) &&
      !query.answers.some((known) => isKnown(known, record)),
  )
}

/** The answers, and behind them what whoever asked would ask for next (RFC 6763, section 12). */
export function withAdditionals(
  answers: readonly DnsRecord[],
  records: readonly DnsRecord[],
): DnsRecord[] {
  const additionals = records.filter(
    (record) => !answers.includes(record) && answers.some((answer) => leadsTo(answer, record)),
  )
  return [...answers, ...additionals]
}

function asksFor({ name, type }: DnsQuestion, record: DnsRecord): boolean {
  return sameName(name, record.name) && (type === 'ANY' || type === record.type)
}

/** What it will know for less than half of its time, it is told again. */
function isKnown(known: DnsRecord, record: DnsRecord): boolean {
  return sameRecord(known, record) && known.ttlSeconds * 2 >= record.ttlSeconds
}

/** From the type to the instance, and from the instance to its computer's addresses. */
function leadsTo(answer: DnsRecord, record: DnsRecord): boolean {
  if (answer.type === 'PTR') return record.type !== 'PTR' && sameName(answer.name, serviceType)
  return answer.type === 'SRV' && (record.type === 'A' || record.type === 'AAAA')
}
