import { MalformedError } from '../../../base/errors.ts'

/** One list of the `If` header: all its conditions have to hold. Source: RFC 4918, section 10.4. */
export interface IfList {
  /** The address it is about; undefined for the request's own. */
  readonly resource: string | undefined
  readonly conditions: readonly IfCondition[]
}

export interface IfCondition {
  readonly isNot: boolean
  /** A state token, which is a URI, or an entity tag with its quotes. */
  readonly kind: 'token' | 'etag'
  readonly value: string
}

/** Reads the header. It holds when one of the lists does. Throws MalformedError. */
export function parseIf(text: string): IfList[] {
  const scanner = new Scanner(text)
  const lists: IfList[] = []
  let resource: string | undefined
  while (!scanner.atEnd()) {
    if (scanner.next() === '<') {
      resource = scanner.until('<', '>')
      if (scanner.next() !== '(') throw malformed('an address without a list')
    } else {
      lists.push({ resource, conditions: conditionsOf(scanner) })
    }
  }
  if (lists.length === 0) throw malformed('it has no list')
  return lists
}

function conditionsOf(scanner: Scanner): IfCondition[] {
  scanner.skip('(')
  const conditions: IfCondition[] = []
  while (scanner.next() !== ')') {
    const isNot = scanner.takeNot()
    if (scanner.next() === '<') {
      conditions.push({ isNot, kind: 'token', value: scanner.until('<', '>') })
    } else {
      conditions.push({ isNot, kind: 'etag', value: scanner.until('[', ']') })
    }
    if (conditions.length > conditionsMax) throw malformed('a list is too long')
  }
  scanner.skip(')')
  if (conditions.length === 0) throw malformed('a list is empty')
  return conditions
}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next character that is no space; empty at the end. */
  next(): string {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++
    return this.#text[this.#at] ?? ''
  }

  atEnd(): boolean {
    return this.next() === ''
  }

  skip(character: string): void {
    if (this.next() !== character) throw malformed(`there is no ${character} where one must be`)
    this.#at++
  }

  /** What stands between two characters. */
  until(open: string, close: string): string {
    this.skip(open)
    const end = this.#text.indexOf(close, this.#at)
    if (end < 0) throw malformed(`there is no ${close}`)
    const inner = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return inner
  }

  takeNot(): boolean {
    this.next()
    if (this.#text.slice(this.#at, this.#at + 3).toLowerCase() !== 'not') return false
    this.#at += 3
    return true
  }
}

function malformed(detail: string): MalformedError {
  return new MalformedError('If header', detail)
}

/** Headers are 16 KiB at most; this only bounds the work for each. */
const conditionsMax = 100
