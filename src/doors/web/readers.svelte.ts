import type { ReplyOf } from '../contract/schemas.ts'
import type { Model } from './model.svelte.ts'

export type Grant = ReplyOf<'shareGrants'>['grants'][number]

/** Who was let into which share of this node, looked up anew when somebody comes or goes. */
export class Grants {
  byShare = $state.raw<ReadonlyMap<string, readonly Grant[]>>(new Map())
  readonly #model: Model

  /** To be made while a component is made; ends with it. */
  constructor(model: Model) {
    this.#model = model
    $effect(() => {
      const ids = model.shares.map(({ id }) => id)
      // Whoever opens a share for the first time is in its log.
      void model.activities.length
      void this.#look(ids)
    })
  }

  of(share: string): readonly Grant[] {
    return this.byShare.get(share) ?? []
  }

  /** How many of those that were let in have a link now. */
  readersNow(share: string): number {
    const linked = new Set(this.#model.peers.flatMap(({ peer, link }) => (link ? peer : [])))
    return this.of(share).filter(({ peer }) => linked.has(peer)).length
  }

  async refresh(): Promise<void> {
    await this.#look(this.#model.shares.map(({ id }) => id))
  }

  async #look(ids: readonly string[]): Promise<void> {
    const found = await Promise.all(
      ids.map(async (share) => {
        const reply = await this.#model.asker.call('shareGrants', { share }).catch(() => undefined)
        return [share, reply?.grants ?? []] as const
      }),
    )
    this.byShare = new Map(found)
  }
}
