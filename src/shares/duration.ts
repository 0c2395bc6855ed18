/** A length of time for a person, rounded up: `5 seconds`, `12 minutes`, `3 hours`, `2 days`. */
export function durationInWords(durationMs: number): string {
  let count = Math.max(1, Math.ceil(durationMs / 1000))
  for (const { unit, next } of units) {
    if (count < next * 2 || next === Infinity) return `${count} ${unit}${count === 1 ? '' : 's'}`
    count = Math.ceil(count / next)
  }
  return ''
}

/** `next`: how many of it make the one below. A unit serves up to twice that, which is finer than one. */
const units = [
  { unit: 'second', next: 60 },
  { unit: 'minute', next: 60 },
  { unit: 'hour', next: 24 },
  { unit: 'day', next: Infinity },
]
