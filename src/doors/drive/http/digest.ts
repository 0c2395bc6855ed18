import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import { sameText } from './same-text.ts'

/**
 * HTTP Digest, for systems that send no plain password over a line without TLS, not even to themselves
 * (Windows). MD5 is what they know: it is safe here because the password has 48 random bits and nobody but root
 * can listen on loopback. Source: RFC 7616.
 */
export class Digest {
  readonly #clock: Clock
  readonly #key: Uint8Array

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#key = random.bytes(32)
  }

  challenge(isStale: boolean): string {
    const parts = [
      `realm="${realm}"`,
      'qop="auth"',
      'algorithm=MD5',
      `nonce="${this.#nonce(this.#clock.now())}"`,
      ...(isStale ? ['stale=true'] : []),
    ]
    return `Digest ${parts.join(', ')}`
  }

  /** Whether the header proves the password; `stale` when it would, but with a nonce that is too old. */
  check(
    header: string,
    { method, url }: { readonly method: string; readonly url: string },
    user: string,
    password: string,
  ): 'right' | 'wrong' | 'stale' {
    const fields = parseFields(header.slice('Digest '.length))
    const field = (name: string) => fields.get(name) ?? ''
    if (field('username') !== user || field('realm') !== realm) return 'wrong'
    if (field('qop') !== 'auth' || (fields.get('algorithm') ?? 'MD5').toUpperCase() !== 'MD5') {
      return 'wrong'
    }
    // A proxy in between may change the address, and there is none on loopback.
    if (field('uri') !== url) return 'wrong'
    const secret = md5(`${user}:${realm}:${password}`)
    const what = md5(`${method}:${field('uri')}`)
    const stamps = [field('nonce'), field('nc'), field('cnonce'), 'auth'].join(':')
    if (!sameText(md5(`${secret}:${stamps}:${what}`), field('response'))) return 'wrong'
    return this.#isFresh(field('nonce')) ? 'right' : 'stale'
  }

  #nonce(atMs: number): string {
    const time = atMs.toString(36)
    return `${time}-${createHmac('sha256', this.#key).update(time).digest('hex')}`
  }

  #isFresh(nonce: string): boolean {
    const atMs = Number.parseInt(nonce.split('-')[0] ?? '', 36)
    if (!Number.isSafeInteger(atMs) || !sameText(this.#nonce(atMs), nonce)) return false
    const ageMs = this.#clock.now() - atMs
    return ageMs >= 0 && ageMs < nonceLifeMs
  }
}

/** `name=value` and `name="value"`, separated by commas; a backslash takes the next character as it is. */
function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  let at = 0
  while (at < text.length && fields.size < fieldsMax) {
    const equals = text.indexOf('=', at)
    if (equals < 0) break
    const name = text.slice(at, equals).replaceAll(/[\s,]/g, '').toLowerCase()
    at = equals + 1
    let value = ''
    if (text[at] === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) {
        if (text[at] === '\\') at++
        value += text[at] ?? ''
      }
      at++
    } else {
      const end = text.indexOf(',', at)
      value = text.slice(at, end < 0 ? text.length : end).trim()
      at = end < 0 ? text.length : end
    }
    fields.set(name, value)
  }
  return fields
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** What people see when they are asked. */
export const realm = 'Fullmesh drive'

/** A captured answer is worth nothing after this; programs fetch a new nonce without asking anybody. */
const nonceLifeMs = 10 * 60_000

/** RFC 7616 knows eleven. */
const fieldsMax = 16
