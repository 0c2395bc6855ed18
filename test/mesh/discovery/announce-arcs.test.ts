import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isClaimed, nextStep } from '../../../src/mesh/discovery/announce-arcs.ts'
import type { AnnouncePhase } from '../../../src/mesh/discovery/announce-arcs.ts'

suite('claiming a name on a wire', () => {
  const phases: readonly AnnouncePhase[] = [
    'probe-1',
    'probe-2',
    'probe-3',
    'announce-1',
    'announce-2',
    'settled',
  ]

  test('takes three probes and two announcements', () => {
    const said: string[] = []
    let phase: AnnouncePhase = 'probe-1'
    for (let step = nextStep(phase, 'due'); step; step = nextStep(phase, 'due')) {
      said.push(`${step.sends} ${step.waitMs}`)
      phase = step.phase
    }
    assert.equal(phase, 'settled')
    assert.deepEqual(said, [
      'probe 250',
      'probe 250',
      'probe 250',
      'announcement 1000',
      'announcement undefined',
    ])
  })

  test('begins anew, at once, whenever the name is another one', () => {
    for (const phase of phases) {
      assert.deepEqual(nextStep(phase, 'renamed'), { phase: 'probe-1', waitMs: 0 })
    }
  })

  test('gives way only while the name is not its own, and says what has changed only once it is', () => {
    for (const phase of phases) {
      const [outranked, changed] = [nextStep(phase, 'outranked'), nextStep(phase, 'changed')]
      assert.deepEqual(
        [outranked?.phase, changed?.phase],
        isClaimed(phase) ? [undefined, 'announce-1'] : ['probe-1', undefined],
      )
    }
  })
})
