/** A mark that an id always has, and hardly another one: a few threads between points on a circle. */
export interface Sigil {
  /** Degrees of OKLCH. */
  readonly hue: number
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Paths of an SVG of 32 by 32: all threads, and those that stand out. */
  readonly mesh: string
  readonly thread: string
}

export function sigilOf(id: string): Sigil {
  const numbers = Array.from({ length: 12 }, (_, at) => mix(id, at))
  const count = [5, 7, 8, 9][(numbers[0] ?? 0) % 4] ?? 7
  const turn = ((numbers[1] ?? 0) % 360) * (Math.PI / 180)
  const points = Array.from({ length: count }, (_, at): readonly [number, number] => {
    const angle = turn + (at / count) * 2 * Math.PI
    return [round(16 + 9.5 * Math.cos(angle)), round(16 + 9.5 * Math.sin(angle))]
  })
  const pairs = points.flatMap((from, at) => points.slice(at + 1).map((to) => ({ from, to })))
  const steps = stepsByCount.get(count) ?? [2]
  const step = steps[(numbers[2] ?? 0) % steps.length] ?? 2
  const walk = points.map((_, at) => points[(at * step) % count] ?? points[0] ?? [16, 16])
  return {
    hue: hues[(numbers[3] ?? 0) % hues.length] ?? 165,
    points: points.filter((_, at) => ((numbers[4 + at] ?? 0) & 1) === 0 || at === 0),
    mesh: pairs.map(({ from, to }) => `M${from.join(' ')}L${to.join(' ')}`).join(''),
    thread: `M${walk.map((point) => point.join(' ')).join('L')}Z`,
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** FNV-1a: ids are even already, so nothing better is needed. */
function mix(text: string, salt: number): number {
  let hash = 2_166_136_261 ^ salt
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Steps that visit each point of so many before they come back. */
const stepsByCount = new Map<number, readonly number[]>([
  [5, [2]],
  [7, [2, 3]],
  [8, [3]],
  [9, [2, 4]],
])

/** Far enough from each other to be told apart. */
const hues: readonly number[] = [165, 35, 255, 85, 310, 200, 10, 130]
