/**
 * Text from elsewhere as it may stand on a terminal: what moves the cursor, turns the writing direction or
 * can't be seen is written as its code point, so that a name shows what it is and does nothing.
 */
export function shown(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The columns that the text takes on a terminal: two for wide characters, none for what joins the one before. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text.replaceAll(styles, '')) {
    if (joining.test(character)) continue
    columns += isWide(character.codePointAt(0) ?? 0) ? 2 : 1
  }
  return columns
}

/** At most `columns` wide; what is cut off leaves a mark. Styles are not allowed in it. */
export function cutToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  let cut = ''
  for (const character of text) {
    if (columnsOf(cut + character) > columns - 1) break
    cut += character
  }
  return `${cut}…`
}

/** Controls, line breaks, bidi and other format characters, fillers, private use, halves of pairs. Joiners only within emoji. */
const unseen =
  /(?<!\p{Extended_Pictographic}\p{M}?\p{Emoji_Modifier}?)\u200d|(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufffd]/gu

const joining = /\p{M}|\p{Emoji_Modifier}|\u200d/u

const styles = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

function isWide(point: number): boolean {
  return wideRanges.some(([first, last]) => point >= first && point <= last)
}

/** East Asian wide and emoji presentation, in whole blocks. Source: Unicode 16, EastAsianWidth.txt. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]
