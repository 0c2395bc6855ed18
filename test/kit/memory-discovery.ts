import { Topic } from '../../src/base/topic.ts'
import type { Discovery, Neighbour } from '../../src/mesh/mesh.ts'

/** A local network in memory: whoever has joined is seen by all others, at once, until it leaves. */
export class MemoryNeighbourhood {
  readonly #members = new Map<MemoryDiscovery, Neighbour>()

  join(self: Neighbour): Discovery {
    const member = new MemoryDiscovery(
      () => this.#others(self),
      () => this.#leave(member),
    )
    this.#members.set(member, self)
    this.#tell(member)
    return member
  }

  #leave(member: MemoryDiscovery): void {
    this.#members.delete(member)
    this.#tell(member)
  }

  #others(self: Neighbour): readonly Neighbour[] {
    return [...this.#members.values()].filter((one) => one !== self)
  }

  #tell(about: MemoryDiscovery): void {
    for (const member of this.#members.keys()) {
      if (member !== about) member.changed.publish(member.neighbours())
    }
  }
}

class MemoryDiscovery implements Discovery {
  readonly changed = new Topic<readonly Neighbour[]>()
  readonly neighbours: () => readonly Neighbour[]
  readonly #leave: () => void

  constructor(neighbours: () => readonly Neighbour[], leave: () => void) {
    this.neighbours = neighbours
    this.#leave = leave
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave()
  }
}
