/** Part of a file. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/**
 * The one range that is asked for. Undefined for none, for several and for what is no range: the whole file is
 * a right answer to each. Source: RFC 9110, section 14.
 */
export function parseByteRange(
  header: string | undefined,
  bytes: number,
): ByteRange | 'outside' | undefined {
  const found = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '')
  const [, from = '', to = ''] = found ?? []
  if (from === '' && to === '') return undefined
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  const offset = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes : Math.min(bytes, Number(to) + 1)
  return offset < end ? { offset, length: end - offset } : 'outside'
}
