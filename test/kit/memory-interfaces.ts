import { Topic } from '../../src/base/topic.ts'
import type { Interfaces, NetworkInterface } from '../../src/mesh/mesh.ts'

/** The network interfaces of a computer that a test holds in its hand. */
export class MemoryInterfaces implements Interfaces {
  readonly changed = new Topic<readonly NetworkInterface[]>()
  #now: readonly NetworkInterface[]

  constructor(now: readonly NetworkInterface[] = []) {
    this.#now = now
  }

  all(): readonly NetworkInterface[] {
    return this.#now
  }

  set(now: readonly NetworkInterface[]): void {
    this.#now = now
    this.changed.publish(now)
  }

  [Symbol.dispose](): void {}
}
