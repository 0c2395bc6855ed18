import { MalformedError } from '../../base/errors.ts'
import { parseSize, parseTime } from './human.ts'

/** The value of an option as a number that counts something. Throws MalformedError. */
export function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new MalformedError(`value of ${option}`, 'write a number')
  return Number(text)
}

/** As `10MB`. Throws MalformedError. */
export function byteCount(option: string, text: string): number {
  const bytes = parseSize(text)
  if (bytes === undefined) {
    throw new MalformedError(`value of ${option}`, 'write a size such as 500, 10kB or 1.5GiB')
  }
  return bytes
}

/** As `2026-05-01` or `3d`. Throws MalformedError. */
export function timeBefore(option: string, text: string, nowMs: number): number {
  const atMs = parseTime(text, nowMs)
  if (atMs === undefined) {
    throw new MalformedError(`value of ${option}`, 'write a day such as 2026-05-01, or 3d, 12h')
  }
  return atMs
}
