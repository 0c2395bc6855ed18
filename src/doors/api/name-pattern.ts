/** Whether a name fits: with `*` and `?` the whole of it, without them a part of it. Case makes no difference. */
export function nameFits(pattern: string): (name: string) => boolean {
  const folded = fold(pattern)
  if (!/[*?]/.test(folded)) return (name) => fold(name).includes(folded)
  return (name) => fits(Array.from(fold(name)), Array.from(folded))
}

/** Goes back to the last star only: as fast as its two lengths multiplied, whatever the pattern. */
function fits(name: readonly string[], pattern: readonly string[]): boolean {
  let at = 0
  let part = 0
  let star = -1
  let starredTo = 0
  while (at < name.length) {
    if (pattern[part] === '*') {
      star = part++
      starredTo = at
    } else if (part < pattern.length && (pattern[part] === '?' || pattern[part] === name[at])) {
      part++
      at++
    } else if (star >= 0) {
      part = star + 1
      at = ++starredTo
    } else {
      return false
    }
  }
  return pattern.slice(part).every((rest) => rest === '*')
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
