import { encode } from 'uqr'

/**
 * The text as a QR code in half blocks, two modules a line, with a quiet zone: dark on light whatever the
 * terminal's colours are, or, without colours, right on a dark terminal. Undefined if it would not fit into `columns`.
 */
export function qrCode(text: string, columns: number, colours: boolean): string | undefined {
  const { data, size } = encode(text, { ecc: 'L', border: quietModules })
  if (size > columns) return undefined
  const isInk = (row: number, column: number) => (data[row]?.[column] ?? false) === colours
  const lines = Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
    const blocks = Array.from({ length: size }, (__, column) => {
      const [upper, lower] = [isInk(2 * line, column), isInk(2 * line + 1, column)]
      if (upper) return lower ? '█' : '▀'
      return lower ? '▄' : ' '
    })
    return colours ? `${darkOnLight}${blocks.join('')}${plain}` : blocks.join('')
  })
  return lines.join('\n')
}

/** Fewer than the standard's four, as readers on phones do with. */
const quietModules = 2

const escape = String.fromCharCode(27)
const darkOnLight = `${escape}[30;107m`
const plain = `${escape}[0m`
