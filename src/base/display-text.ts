/**
 * Text from outside as it may stand on one line before a person: composed, without anything that moves
 * the cursor, turns the writing direction or can't be seen, at most `charsMax` characters. May be empty.
 * A name that passes twice stays as it is. It may still look like another one: names prove nothing.
 */
export function displayText(text: string, charsMax: number): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(unseen, '')
    .normalize('NFC')
    .replace(/ {2,}/g, ' ')
    .trim()
  return Array.from(clean).slice(0, charsMax).join('').trimEnd()
}

/** Direction marks, joiners, fillers and other characters without a shape, and those for private use. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cs}]/gu
