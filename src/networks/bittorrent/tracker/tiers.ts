import { fraction } from '../../../base/random.ts'
import type { Random } from '../../../base/random.ts'

/**
 * Several trackers of one torrent: tiers in order, and in each of them whoever answered last first (BEP 12).
 * Made of what a stranger wrote: no more than `trackersMax` of it are taken. Pure.
 */
export class Tiers<Tracker> {
  readonly #tiers: Tracker[][] = []

  /** `parse` gives undefined for what is no tracker. */
  constructor(
    tiers: readonly (readonly string[])[],
    parse: (text: string) => Tracker | undefined,
    random: Random,
  ) {
    const seen = new Set<string>()
    for (const tier of tiers) {
      const trackers = tier.flatMap((text) => {
        if (seen.has(text) || seen.size >= trackersMax) return []
        seen.add(text)
        return parse(text) ?? []
      })
      if (trackers.length > 0) this.#tiers.push(shuffled(trackers, random))
    }
  }

  /** All, in the order in which they are tried until one answers. */
  inOrder(): readonly Tracker[] {
    return this.#tiers.flat()
  }

  /** It answered: it is the first of its tier from now on. */
  answered(tracker: Tracker): void {
    const tier = this.#tiers.find((each) => each.includes(tracker))
    if (!tier) return
    tier.splice(tier.indexOf(tracker), 1)
    tier.unshift(tracker)
  }
}

/** More are there to make us knock. Lists of the hundred best public trackers are going round. */
const trackersMax = 64

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, at: fraction(random) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
