import { MalformedError } from '../../base/errors.ts'

/**
 * A password as it is compared: two keyboards may give one letter in two forms, and several characters
 * look like a space. Throws MalformedError for one that can't be used. Source: RFC 8265, section 4.2.
 */
export function parsePassword(text: string): string {
  const password = text.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
  if (password === '') throw new MalformedError('password', 'it is empty')
  if (password.length > passwordCharsMax) {
    throw new MalformedError('password', `it is longer than ${passwordCharsMax} characters`)
  }
  if (/\p{Cc}/u.test(password) || !password.isWellFormed()) {
    throw new MalformedError('password', 'it contains a line break or another control character')
  }
  return password
}

/** Whether people should be warned that it is easily guessed: by someone with the record, or slowly, by trying. */
export function isShortPassword(text: string): boolean {
  return Array.from(text).length < 8
}

/** Longer than any that is typed, shorter than what could keep the thread busy. */
const passwordCharsMax = 256
