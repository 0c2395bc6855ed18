import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { silentLog } from '../../../src/base/log.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import type { Link, PeerId } from '../../../src/mesh/mesh.ts'
import { LinkKeeper } from '../../../src/mesh/reach/keep-linked.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { seededRandom } from '../../kit/seeded-random.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const hourMs = 3_600_000

suite('keeping a wanted peer linked', () => {
  const { peerId: bob } = testIdentity('bob')

  test('waits longer after each failure, from about 1 s to about 5 min, and never gives up', async () => {
    const world = new World()
    using wish = world.keeper.keep(bob)
    await world.clock.advance(4 * hourMs)
    const waitsMs = world.triedMs.slice(1).map((atMs, at) => atMs - (world.triedMs[at] ?? 0))
    for (const [at, waitMs] of waitsMs.entries()) {
      const fullMs = Math.min(300_000, 1_000 * 2 ** at)
      assert.ok(waitMs >= fullMs / 2 && waitMs <= fullMs, `wait ${at} is ${waitMs}`)
    }
    await world.clock.advance(7 * 24 * hourMs)
    assert.ok(world.triedMs.at(-1)! > world.clock.elapsed() - 301_000)
    wish[Symbol.dispose]()
    assert.equal(world.clock.pending, 0)
  })

  test('does not make all nodes come back at the same moment', async () => {
    const times = new Set<number>()
    for (let seed = 0; seed < 10; seed++) {
      const world = new World(seed)
      using _ = world.keeper.keep(bob)
      await world.clock.advance(10_000)
      times.add(world.triedMs.at(-1) ?? 0)
    }
    assert.equal(times.size, 10)
  })

  test('tries at once when the peer may be there again', async () => {
    const world = new World()
    using _ = world.keeper.keep(bob)
    await world.clock.advance(hourMs)
    const before = world.triedMs.length
    world.keeper.hint([testIdentity('eve').peerId])
    await world.clock.advance(0)
    assert.equal(world.triedMs.length, before)
    world.keeper.hint([bob])
    await world.clock.advance(1_000)
    assert.ok(world.triedMs.length > before)
  })

  test('tries once a second at most, however many hints there are', async () => {
    const world = new World()
    using _ = world.keeper.keep(bob)
    for (let step = 0; step < 1_000; step++) {
      world.keeper.hint()
      await world.clock.advance(10)
    }
    assert.ok(world.triedMs.length <= 11)
  })

  test('is not dialled every second by accepting and shutting', async () => {
    const world = new World()
    world.isReachable = true
    using _ = world.keeper.keep(bob)
    for (let step = 0; step < 3_600; step++) {
      await world.clock.advance(1_000)
      world.lose(bob)
    }
    assert.ok(world.triedMs.length < 30, `${world.triedMs.length} dials in an hour`)
  })

  test('dials soon after a link that lasted', async () => {
    const world = new World()
    world.isReachable = true
    using _ = world.keeper.keep(bob)
    await world.clock.advance(hourMs)
    world.lose(bob)
    await world.clock.advance(1_000)
    assert.equal(world.triedMs.length, 2)
  })

  test('ends when the last who wanted it has gone', async () => {
    const world = new World()
    const [first, second] = [world.keeper.keep(bob), world.keeper.keep(bob)]
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    assert.ok(world.keeper.wants(bob))
    second[Symbol.dispose]()
    assert.ok(!world.keeper.wants(bob))
    await world.clock.advance(hourMs)
    assert.equal(world.triedMs.length, 0)
  })

  test('stops with the node', async () => {
    const world = new World()
    world.keeper.keep(bob)
    await world.clock.advance(1_000)
    world.keeper[Symbol.dispose]()
    assert.equal(world.clock.pending, 0)
  })
})

class World {
  readonly clock = new ManualClock()
  readonly triedMs: number[] = []
  readonly keeper: LinkKeeper
  isReachable = false
  readonly #linked = new Set<PeerId>()

  constructor(seed: string | number = 'keeper') {
    this.keeper = new LinkKeeper({
      clock: this.clock,
      random: seededRandom(seed),
      log: silentLog,
      isLinked: (peer) => this.#linked.has(peer),
      link: (peer) => this.#link(peer),
    })
  }

  lose(peer: PeerId): void {
    if (this.#linked.delete(peer)) this.keeper.unlinked(peer)
  }

  async #link(peer: PeerId): Promise<Link> {
    this.triedMs.push(this.clock.elapsed())
    if (!this.isReachable) throw new OfflineError('nobody is there')
    this.#linked.add(peer)
    this.keeper.linked(peer)
    const link: Link = Object.create(null)
    return link
  }
}
