import { decode, encode } from 'dns-packet'
import type { Answer, DecodedPacket, Question, SrvData } from 'dns-packet'
import { MalformedError } from '../../base/errors.ts'
import { formatIp, parseIp } from '../reach/ip.ts'

/**
 * A message of multicast DNS (RFC 6762, section 18), reduced to what discovery needs. Names are without the
 * dot at the end. dns-packet knows the wire format; this file is the border that nothing unchecked passes.
 *
 *     section      in a query                      in a response
 *     questions    what is asked                   (ignored)
 *     answers      what the asker knows already    what is so, the additional section included
 *     authorities  what a probing node will claim  (ignored)
 */
export interface DnsMessage {
  readonly kind: 'query' | 'response'
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

export interface DnsQuestion {
  readonly name: string
  readonly type: DnsRecord['type'] | 'ANY'
}

/** `ttlSeconds` 0 is a goodbye. `flush`: there are no others of this name and type (RFC 6762, section 10.2). */
export type DnsRecord = DnsRecordHead &
  (
    | { readonly type: 'PTR'; readonly target: string }
    | { readonly type: 'SRV'; readonly target: string; readonly port: number }
    | { readonly type: 'TXT'; readonly strings: readonly string[] }
    | { readonly type: 'A' | 'AAAA'; readonly host: string }
  )

interface DnsRecordHead {
  readonly name: string
  readonly ttlSeconds: number
  readonly flush: boolean
}

/** RFC 6762, section 17: larger ones are not sent even where they could be. */
export const messageBytesMax = 9000

/** A complete answer has about ten; a computer with very many services a hundred. */
const entriesMax = 256

/** Reads a packet from the LAN; what discovery does not need is left out. Throws MalformedError. */
export function decodeDnsMessage(data: Uint8Array): DnsMessage {
  checkSize(data)
  const packet = decodePacket(data)
  const answers = [...(packet.answers ?? []), ...(packet.additionals ?? [])]
  return {
    kind: packet.type === 'response' ? 'response' : 'query',
    questions: (packet.questions ?? []).flatMap(readQuestion),
    answers: answers.flatMap(readRecord),
    authorities: (packet.authorities ?? []).flatMap(readRecord),
  }
}

export function encodeDnsMessage(message: DnsMessage): Uint8Array {
  return encode({
    type: message.kind,
    // RFC 6762, section 18: all zero, but for the bit of authority in responses.
    id: 0,
    flags: message.kind === 'response' ? authoritative : 0,
    questions: message.questions.map(writeQuestion),
    answers: message.answers.map(writeRecord),
    authorities: message.authorities.map(writeRecord),
  })
}

/** Whether both say the same, apart from how long it holds. */
export function sameRecord(a: DnsRecord, b: DnsRecord): boolean {
  return recordKey(a) === recordKey(b)
}

/** What a record says, as text: names are equal whatever their case. */
export function recordKey(record: DnsRecord): string {
  return [record.type, record.name.toLowerCase(), ...dataOf(record)].join('\0')
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** RFC 1035, section 2.3.4. */
export const labelBytesMax = 63
const nameBytesMax = 253

const authoritative = 1 << 10
const headerBytes = 12

/** Before anything is decoded: the decoder makes room for as many entries as the header claims. */
function checkSize(data: Uint8Array): void {
  if (data.length < headerBytes || data.length > messageBytesMax) {
    throw malformed(`it has ${data.length} bytes`)
  }
  const header = new DataView(data.buffer, data.byteOffset, headerBytes)
  const entries = [4, 6, 8, 10].reduce((sum, at) => sum + header.getUint16(at), 0)
  if (entries > entriesMax) throw malformed(`it claims ${entries} entries`)
}

function decodePacket(data: Uint8Array): DecodedPacket {
  try {
    return decode(Buffer.from(data.buffer, data.byteOffset, data.length))
  } catch (cause) {
    throw malformed('it breaks off or contradicts itself', cause)
  }
}

function malformed(detail: string, cause?: unknown): MalformedError {
  return new MalformedError('DNS message', detail, cause)
}

/** The decoder knows no bit for "answer me alone" (QU) in the class, and calls it unknown. */
const classes: readonly unknown[] = ['IN', 'ANY', 'UNKNOWN_32769', 'UNKNOWN_33023']

const types: readonly unknown[] = ['PTR', 'SRV', 'TXT', 'A', 'AAAA', 'ANY']

function readQuestion(question: Question): DnsQuestion[] {
  const { name, type } = question as { name: string; type: DnsQuestion['type'] }
  const isOurs = types.includes(type) && classes.includes(question.class)
  return isOurs && isName(name) ? [{ name, type }] : []
}

/**
 * Whether the encoder makes the same name of it again: it knows no escapes, so that a dot within a label
 * divides it, and what was no UTF-8 would grow beyond a label's 63 bytes.
 */
function isName(name: string): boolean {
  return (
    !/[\p{Cc}\uFFFD]/u.test(name) &&
    Buffer.byteLength(name) <= nameBytesMax &&
    name.split('.').every((label) => label !== '' && Buffer.byteLength(label) <= labelBytesMax)
  )
}

function writeQuestion({ name, type }: DnsQuestion): Question {
  return { name, type: type as Question['type'], class: 'IN' }
}

function readRecord(answer: Answer): DnsRecord[] {
  if (answer.type === 'OPT' || answer.class !== 'IN' || !isName(answer.name)) return []
  const head = {
    name: answer.name,
    ttlSeconds: answer.ttl ?? 0,
    flush: answer.flush === true,
  }
  switch (answer.type) {
    case 'PTR':
      return isName(answer.data) ? [{ ...head, type: 'PTR', target: answer.data }] : []
    case 'SRV':
      return readService(head, answer.data)
    case 'TXT':
      return [{ ...head, type: 'TXT', strings: [answer.data].flat().map(String) }]
    case 'A':
    case 'AAAA':
      return readAddress(head, answer.type, answer.data)
    default:
      return []
  }
}

function readService(head: DnsRecordHead, { target, port }: SrvData): DnsRecord[] {
  return isName(target) && port > 0 ? [{ ...head, type: 'SRV', target, port }] : []
}

/** An IPv4-mapped address has no place in an AAAA record. */
function readAddress(head: DnsRecordHead, type: 'A' | 'AAAA', text: string): DnsRecord[] {
  const ip = parseIp(text)
  const fits = ip?.bytes.length === (type === 'A' ? 4 : 16)
  return ip && fits ? [{ ...head, type, host: formatIp(ip) }] : []
}

function writeRecord(record: DnsRecord): Answer {
  const { name, ttlSeconds: ttl, flush } = record
  const head = { name, ttl, flush, class: 'IN' as const }
  switch (record.type) {
    case 'PTR':
      return { ...head, type: 'PTR', data: record.target }
    case 'SRV':
      return { ...head, type: 'SRV', data: { target: record.target, port: record.port } }
    case 'TXT':
      return { ...head, type: 'TXT', data: [...record.strings] }
    case 'A':
    case 'AAAA':
      return { ...head, type: record.type, data: record.host }
  }
}

function dataOf(record: DnsRecord): readonly string[] {
  switch (record.type) {
    case 'PTR':
      return [record.target.toLowerCase()]
    case 'SRV':
      return [record.target.toLowerCase(), String(record.port)]
    case 'TXT':
      return record.strings
    case 'A':
    case 'AAAA':
      return [record.host]
  }
}
