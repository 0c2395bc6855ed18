/**
 * The bytes that stand for a number: its digits and a line break, and then, up to a length of its own, bytes
 * that follow from it. So whoever finds some can tell whether they are whole, and which they are.
 */
export function numberedBody(number: number): Buffer {
  const head = Buffer.from(`${number}\n`)
  const body = Buffer.alloc(lengthOf(number), 31 + (number % 89))
  head.copy(body)
  return body
}

/** The number whose bytes these are, or undefined if they are torn. */
export function numberOf(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 20)).toString()
  const number = Number(text.split('\n')[0])
  if (!Number.isSafeInteger(number)) return undefined
  return Buffer.compare(numberedBody(number), bytes) === 0 ? number : undefined
}

/** Each tenth is larger than a piece. */
function lengthOf(number: number): number {
  return number % 10 === 0 ? 1_100_000 + number : 20 + ((number * 7_919) % 20_000)
}
