import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { follow, isEnd } from '../../../src/content/writing/arcs.ts'
import type { Arcs } from '../../../src/content/writing/arcs.ts'
import { installArcs } from '../../../src/content/writing/install/install-arcs.ts'
import { moveArcs } from '../../../src/content/writing/names/move-arcs.ts'
import { removeArcs } from '../../../src/content/writing/names/remove-arcs.ts'

suite('the way of a file to its place', () => {
  test('adds where nothing stands', () => {
    assert.equal(walk(installArcs, 'looking', ['nothing', 'done']), 'new')
  })

  test('looks again when something was added meanwhile', () => {
    assert.equal(walk(installArcs, 'looking', ['nothing', 'taken']), 'looking')
  })

  test('keeps the old one before it replaces it', () => {
    assert.equal(walk(installArcs, 'looking', ['base', 'kept', 'done']), 'replaced')
    assert.equal(walk(installArcs, 'looking', ['base', 'parted', 'done']), 'replaced')
  })

  test('looks again when what is to be replaced has changed meanwhile', () => {
    assert.equal(walk(installArcs, 'looking', ['base', 'changed']), 'looking')
    assert.equal(walk(installArcs, 'looking', ['base', 'kept', 'changed']), 'looking')
    assert.equal(walk(installArcs, 'looking', ['base', 'parted', 'taken']), 'looking')
  })

  test('only sets attributes where the same bytes stand', () => {
    assert.equal(walk(installArcs, 'looking', ['same', 'done']), 'unchanged')
    assert.equal(walk(installArcs, 'looking', ['same', 'changed']), 'looking')
  })

  test('yields to what it did not expect, under the first conflict name that is free or holds the same', () => {
    assert.equal(walk(installArcs, 'looking', ['other', 'done']), 'conflict')
    assert.equal(walk(installArcs, 'looking', ['other', 'same']), 'conflict')
    assert.equal(walk(installArcs, 'looking', ['other', 'taken', 'taken', 'done']), 'conflict')
  })

  test('has no way to replace what was not kept', () => {
    assert.throws(() => walk(installArcs, 'looking', ['base', 'done']), /no arc leads from keeping/)
    assert.deepEqual(sourcesOf(installArcs, 'replacing'), ['keeping'])
  })
})

suite('the way of a file or directory into the trash', () => {
  test('takes what was meant', () => {
    assert.equal(walk(removeArcs, 'looking', ['base', 'done', 'base']), 'removed')
  })

  test('leaves alone what was not meant', () => {
    assert.equal(walk(removeArcs, 'looking', ['other']), 'refused')
  })

  test('finds nothing', () => {
    assert.equal(walk(removeArcs, 'looking', ['nothing']), 'missing')
    assert.equal(walk(removeArcs, 'looking', ['base', 'nothing']), 'missing')
  })

  test('puts back what changed just before it was taken, or keeps it in the trash', () => {
    assert.equal(walk(removeArcs, 'looking', ['base', 'done', 'changed', 'done']), 'refused')
    assert.equal(walk(removeArcs, 'looking', ['base', 'done', 'changed', 'taken']), 'kept')
  })
})

suite('the way of a file or directory to another name', () => {
  test('gives a file its second name before it takes the first away', () => {
    assert.equal(walk(moveArcs, 'looking', ['file', 'done', 'done', 'base']), 'moved')
    assert.deepEqual(sourcesOf(moveArcs, 'parting'), ['linking'])
  })

  test('puts back what came to stand under the old name, or keeps it in the trash', () => {
    assert.equal(walk(moveArcs, 'looking', ['file', 'done', 'done', 'changed', 'done']), 'moved')
    assert.equal(walk(moveArcs, 'looking', ['file', 'done', 'done', 'changed', 'taken']), 'kept')
  })

  test('has nothing to part from when the old name went by itself', () => {
    assert.equal(walk(moveArcs, 'looking', ['file', 'done', 'nothing']), 'moved')
  })

  test('renames directories, and files that can have one name only', () => {
    assert.equal(walk(moveArcs, 'looking', ['directory', 'done']), 'moved')
    assert.equal(walk(moveArcs, 'looking', ['file', 'unable', 'done']), 'moved')
  })

  test('stops where something stands, or nothing is to be moved', () => {
    assert.equal(walk(moveArcs, 'looking', ['file', 'taken']), 'taken')
    assert.equal(walk(moveArcs, 'looking', ['directory', 'taken']), 'taken')
    assert.equal(walk(moveArcs, 'looking', ['nothing']), 'missing')
    assert.equal(walk(moveArcs, 'looking', ['file', 'nothing']), 'missing')
    assert.equal(walk(moveArcs, 'looking', ['directory', 'nothing']), 'missing')
  })
})

suite('a table of arcs', () => {
  test('ends where no arc leaves', () => {
    assert.ok(isEnd(installArcs, 'new'))
    assert.ok(!isEnd(installArcs, 'looking'))
  })

  test('lets each phase reach an end', () => {
    for (const arcs of [installArcs, removeArcs, moveArcs]) {
      for (const phase of Object.keys(arcs)) assert.ok(reachesEnd(arcs, phase), phase)
    }
  })
})

function walk<Phase extends string, Event extends string>(
  arcs: Arcs<Phase, Event>,
  start: Phase,
  events: readonly Event[],
): Phase {
  return events.reduce((phase, event) => follow(arcs, phase, event), start)
}

function sourcesOf(arcs: Arcs<string, string>, target: string): string[] {
  return Object.entries(arcs)
    .filter(([, leading]) => Object.values(leading).includes(target))
    .map(([phase]) => phase)
    .toSorted()
}

function reachesEnd(arcs: Arcs<string, string>, start: string): boolean {
  const seen = new Set([start])
  for (const phase of seen) {
    const next = Object.values(arcs[phase] ?? {}).filter((reached) => reached !== undefined)
    if (next.length === 0) return true
    for (const reached of next) seen.add(reached)
  }
  return false
}
