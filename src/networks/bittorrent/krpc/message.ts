import { MalformedError } from '../../../base/errors.ts'
import { isList, utf8 } from '../bencode/bencode.ts'
import type { Bencoded, BencodedDictionary } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import type { Encodable } from '../bencode/encode.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { encodeCompact, parseCompact } from '../compact-address.ts'

/**
 * A message of the DHT: one bencoded dictionary in one datagram.
 *     key  in      what
 *     t    all     transaction: the asker's bytes, given back
 *     y    all     q question, r answer, e error
 *     q    q       method
 *     a    q       arguments, `id` among them
 *     ro   q       1: its sender answers nothing (BEP 43)
 *     r    r       what is answered, `id` among it
 *     e    e       list of code and words
 *     ip   r, e    where the asker was seen, compact (BEP 42)
 * Sources: BEP 5, 42, 43; docs/protocols/bittorrent.md
 */
export type KrpcMessage = Question | Answer | Refusal

export interface Question {
  readonly kind: 'question'
  readonly transaction: Uint8Array
  readonly method: string
  readonly values: BencodedDictionary
  readonly isReadOnly: boolean
}

export interface Answer {
  readonly kind: 'answer'
  readonly transaction: Uint8Array
  readonly values: BencodedDictionary
  /** Where the far side saw us. */
  readonly seenAt: PeerAddress | undefined
}

export interface Refusal {
  readonly kind: 'refusal'
  readonly transaction: Uint8Array
  readonly code: number
  readonly words: string
}

/** What a message is made of before it is encoded. */
export type Values = Readonly<Record<string, Encodable | undefined>>

/** Throws MalformedError. */
export function parseMessage(data: Uint8Array): KrpcMessage {
  if (data.length > messageBytesMax) throw malformed(`it has ${data.length} bytes`)
  const message = decodeDictionary(data, { depthMax: 16, tokensMax: 512, keys: 'any' })
  const transaction = message.bytes('t')
  if (!transaction || transaction.length > transactionBytesMax) {
    throw malformed('it has no transaction')
  }
  switch (message.text('y')) {
    case 'q': {
      const [method, values] = [message.text('q'), message.dictionary('a')]
      if (method === undefined || !values) throw malformed('it asks nothing')
      const isReadOnly = message.integer('ro') === 1
      return { kind: 'question', transaction, method, values, isReadOnly }
    }
    case 'r': {
      const values = message.dictionary('r')
      if (!values) throw malformed('it answers nothing')
      const seen = message.bytes('ip')
      return { kind: 'answer', transaction, values, seenAt: seen && parseCompact(seen) }
    }
    case 'e':
      return { kind: 'refusal', transaction, ...parseRefusal(message.list('e')) }
    default:
      throw malformed('it is neither question nor answer')
  }
}

export function encodeQuestion(
  transaction: Uint8Array,
  method: string,
  values: Values,
  isReadOnly: boolean,
): Uint8Array {
  return encode({
    t: transaction,
    y: 'q',
    q: method,
    a: values,
    ro: isReadOnly ? 1 : undefined,
    v: version,
  })
}

export function encodeAnswer(
  transaction: Uint8Array,
  values: Values,
  asker: PeerAddress,
): Uint8Array {
  return encode({ t: transaction, y: 'r', r: values, ip: encodeCompact(asker) })
}

export function encodeRefusal(
  transaction: Uint8Array,
  { code, words }: { readonly code: number; readonly words: string },
): Uint8Array {
  return encode({ t: transaction, y: 'e', e: [code, words] })
}

/** What a datagram of the DHT begins with: a dictionary. */
export function looksLikeKrpc(data: Uint8Array): boolean {
  return data[0] === 0x64 && data.at(-1) === 0x65
}

/** BEP 32 bids everyone to send no more than this. */
export const sentBytesMax = 1_024

/** And to be able to take more than that. No item of BEP 44 makes a message larger. */
const messageBytesMax = 2_048

const transactionBytesMax = 64

/** Two letters of the client and two bytes of its version, as others have them. */
const version = Uint8Array.of(0x46, 0x4d, 0, 1)

/** As much of a stranger's words as a log needs. */
const wordsMax = 200

function parseRefusal(list: readonly Bencoded[] | undefined): { code: number; words: string } {
  if (!isList(list)) throw malformed('it does not say what went wrong')
  const [code, words] = list
  return {
    code: typeof code === 'number' ? code : 201,
    words: words instanceof Uint8Array ? utf8(words).slice(0, wordsMax) : '',
  }
}

function malformed(detail: string): MalformedError {
  return new MalformedError('message of the DHT', detail)
}
