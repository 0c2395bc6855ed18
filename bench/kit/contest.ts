import { median } from './numbers.ts'

/** One who does the work of a row, and what the work has cost it. */
export interface Contender {
  readonly name: string
  /** Does the work once. */
  run(): Promise<Work>
}

export interface Work {
  readonly seconds: number
  /** Of all sides together. */
  readonly cpuSeconds: number
  /** Of the side that needs most. */
  readonly peakBytes: number
  /** What else was looked at, by name. */
  readonly other?: Readonly<Record<string, number>>
}

export type Scores = ReadonlyMap<string, readonly Work[]>

/** All take turns, so that what the machine does besides hits all alike. Who fails is out, and it is said. */
export async function contest(contenders: readonly Contender[], runs: number): Promise<Scores> {
  const scores = new Map(contenders.map(({ name }) => [name, [] as Work[]]))
  const out = new Set<string>()
  for (let round = 0; round < runs; round++) {
    for (const contender of contenders) {
      const { name } = contender
      if (out.has(name)) continue
      try {
        scores.get(name)?.push(await contender.run())
      } catch (error) {
        if (name === ownName) throw error
        out.add(name)
        console.error(`${name} is out: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  for (const name of out) scores.delete(name)
  return scores
}

export const ownName = 'fullmesh'

/** One figure of every run of ours. */
export function ours(scores: Scores, figure: (work: Work) => number): number[] {
  return (scores.get(ownName) ?? []).map(figure)
}

/** The median of one figure of each other. */
export function others(scores: Scores, figure: (work: Work) => number): Record<string, number> {
  const medians = [...scores].map(([name, works]) => [name, median(works.map(figure))] as const)
  return Object.fromEntries(medians.filter(([name]) => name !== ownName))
}
