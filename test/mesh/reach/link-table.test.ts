import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { array, assert as always, boolean, integer, property, record } from 'fast-check'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { keptOf } from '../../../src/mesh/reach/link-table.ts'
import type { Rival } from '../../../src/mesh/reach/link-table.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('which of several links between two peers is kept', () => {
  const [small, large] = ['ana', 'bob'].map((name) => testIdentity(name).peerId).toSorted()
  assert.ok(small && large)

  test('when both dialled at once: the one that the smaller PeerId dialled, at both ends', () => {
    const [bySmall, byLarge] = [true, false]
    assert.equal(kept(small, link(large, byLarge, 0), link(large, bySmall, 40)), 40)
    assert.equal(kept(small, link(large, bySmall, 0), link(large, byLarge, 40)), 0)
    assert.equal(kept(large, link(small, !bySmall, 0), link(small, !byLarge, 40)), 0)
    assert.equal(kept(large, link(small, !byLarge, 0), link(small, !bySmall, 40)), 40)
  })

  test('when a peer dials although it had a link: the new one, since the old is dead to it', () => {
    for (const dialled of [true, false]) {
      assert.equal(kept(small, link(large, true, 0), link(large, dialled, 5_000)), 5_000)
      assert.equal(kept(small, link(large, false, 0), link(large, dialled, 5_000)), 5_000)
    }
  })

  test('when one raced two dials: the first to arrive', () => {
    assert.equal(kept(small, link(large, false, 0), link(large, false, 200)), 0)
  })

  test('is one of them, and none when there is none', () => {
    assert.equal(keptOf(small, []), undefined)
    assert.equal(kept(small, link(large, false, 7)), 7)
  })

  test('is the same at both ends, in whatever order dials at once arrive', () => {
    const dials = array(record({ bySmall: boolean(), atMs: integer({ min: 0, max: 1_000 }) }), {
      minLength: 2,
      maxLength: 2,
    })
    const late = integer({ min: 0, max: 1_000 })
    always(
      property(dials, late, late, (rivals, ...delaysMs) => {
        if (rivals[0]?.bySmall === rivals[1]?.bySmall) return
        const seenBy = (self: PeerId, other: PeerId) =>
          rivals
            .map(({ bySmall, atMs }, at) =>
              link(
                other,
                bySmall === (self === small),
                self === small ? atMs : atMs + (delaysMs[at] ?? 0),
              ),
            )
            .toSorted((a, b) => a.sinceMs - b.sinceMs)
        const [atSmall, atLarge] = [
          keptOf(small, seenBy(small, large)),
          keptOf(large, seenBy(large, small)),
        ]
        assert.equal(atSmall?.dialled, true)
        assert.equal(atLarge?.dialled, false)
      }),
    )
  })
})

function kept(self: PeerId, ...links: readonly Rival[]): number | undefined {
  return keptOf(self, links)?.sinceMs
}

function link(peer: PeerId, dialled: boolean, sinceMs: number): Rival {
  return { peer, dialled, sinceMs }
}
