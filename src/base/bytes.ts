import { createHash, hash as hashOnce } from 'node:crypto'

/** SHA-256 of `data`, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return hashOnce('sha256', data, 'buffer')
}

/** SHA-256 of the parts one after another, 32 bytes, without joining them first. */
export function sha256Of(parts: Iterable<Uint8Array>): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

/** Not in constant time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

export function toHex(data: Uint8Array): string {
  return view(data).toString('hex')
}

/** Lower-case pairs only; anything else gives undefined. */
export function fromHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined
}

export function toBase64Url(data: Uint8Array): string {
  return view(data).toString('base64url')
}

/** Refuses padding, foreign characters and non-canonical tails with undefined. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  const data = Buffer.from(text, 'base64url')
  return data.toString('base64url') === text ? data : undefined
}

/** RFC 4648 base32, lower case, without padding: safe in host names, DNS labels and file names. */
export function toBase32(data: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of data) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += base32Alphabet.charAt((held >>> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += base32Alphabet.charAt((held << (5 - bits)) & 31)
  return text
}

/** Refuses foreign characters and non-canonical tails with undefined. */
export function fromBase32(text: string): Uint8Array | undefined {
  const data = new Uint8Array(Math.floor((text.length * 5) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (const char of text) {
    const value = base32Alphabet.indexOf(char)
    if (value < 0) return undefined
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      data[at++] = held >>> bits
      held &= (1 << bits) - 1
    }
  }
  return held === 0 && bits < 5 ? data : undefined
}

const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

function view(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
