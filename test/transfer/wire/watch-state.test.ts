import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { contentKey, parseRoot } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import type { ContentId } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import type { SignedHead } from '../../../src/shares/shares.ts'
import type { ConflictNotice, Possession } from '../../../src/transfer/transfer.ts'
import type { WatchFrame } from '../../../src/transfer/wire/watch-frame.ts'
import { WatchState } from '../../../src/transfer/wire/watch-state.ts'

const content = (number: number): ContentId => {
  const root = Buffer.alloc(32)
  root.writeUInt32BE(number)
  return { root: parseRoot(root), length: 10_000 * pieceBytes }
}

function watched(contentsMax = 65_536) {
  const there = {
    head: { bytes: Uint8Array.of(1) } as SignedHead,
    whole: true,
    partial: [] as Possession[],
    notices: [] as ConflictNotice[],
  }
  const state = new WatchState(
    {
      head: () => there.head,
      whole: () => there.whole,
      partial: () => there.partial,
      holders: () => [],
      takeNotices: () => there.notices.splice(0),
    },
    contentsMax,
  )
  return { there, state }
}

function all(state: WatchState): WatchFrame[] {
  const frames: WatchFrame[] = []
  for (let frame = state.next(); frame; frame = state.next()) frames.push(frame)
  return frames
}

const kinds = (state: WatchState): string[] => all(state).map(({ kind }) => kind)

suite('what a watcher is told', () => {
  test('at first is the head, what can be served, and who else serves', () => {
    assert.deepEqual(kinds(watched().state), ['head', 'whole', 'holders'])
  })

  test('of a holder of parts is each of them', () => {
    const { there, state } = watched()
    there.whole = false
    there.partial = [
      { content: content(1), pieces: new Set([2, 0]) },
      { content: content(2), pieces: 'all' },
    ]
    assert.deepEqual(all(state).slice(1, 3), [
      { kind: 'have', content: content(1), pieces: [2, 0] },
      { kind: 'have', content: content(2), pieces: 'all' },
    ])
  })

  test('is nothing when there is nothing new', () => {
    const { state } = watched()
    all(state)
    assert.equal(state.next(), undefined)
  })

  test('of many heads is the newest', () => {
    const { there, state } = watched()
    all(state)
    for (let at = 2; at < 9; at++) {
      there.head = { bytes: Uint8Array.of(at) } as SignedHead
      state.headChanged()
    }
    assert.deepEqual(all(state), [{ kind: 'head', bytes: Uint8Array.of(8) }, { kind: 'whole' }])
  })

  test('of many gains is what they come to', () => {
    const { there, state } = watched()
    there.whole = false
    all(state)
    for (let piece = 0; piece < 100; piece++) state.gained({ content: content(1), pieces: [piece] })
    const frames = all(state)
    assert.equal(frames.length, 1)
    assert.ok(frames[0]?.kind === 'have' && frames[0].pieces.length === 100)
  })

  test('of strewn pieces is cut into frames that fit', () => {
    const { there, state } = watched()
    there.whole = false
    const strewn = Array.from({ length: 5_000 }, (_, at) => 2 * at)
    there.partial = [{ content: content(1), pieces: new Set(strewn) }]
    const haves = all(state).filter((frame) => frame.kind === 'have')
    assert.deepEqual(
      haves.map(({ pieces }) => pieces.length),
      [4096, 904],
    )
  })

  test('once all is here is that, and no piece of it any more', () => {
    const { there, state } = watched()
    there.whole = false
    all(state)
    state.gained({ content: content(1), pieces: [1] })
    there.whole = true
    state.gained({ content: content(1), pieces: [2] })
    assert.deepEqual(kinds(state), ['whole'])
    state.gained({ content: content(2), pieces: [1] })
    assert.deepEqual(kinds(state), [])
  })

  test('after a new head that is not whole yet is what there is of it', () => {
    const { there, state } = watched()
    all(state)
    there.whole = false
    there.partial = [{ content: content(3), pieces: new Set([0]) }]
    state.headChanged()
    assert.deepEqual(kinds(state), ['head', 'have'])
  })

  test('when it is too slow for too much is the whole state anew, and no endless list', () => {
    const { there, state } = watched(100)
    there.whole = false
    all(state)
    for (let number = 0; number <= 150; number++) {
      state.gained({ content: content(number), pieces: [0] })
    }
    there.partial = [{ content: content(5), pieces: new Set([0]) }]
    const frames = all(state)
    assert.ok(frames.length <= 101)
    assert.ok(
      frames.some(
        (frame) => frame.kind === 'have' && contentKey(frame.content) === contentKey(content(5)),
      ),
    )
  })

  test('is each notice, once', () => {
    const { there, state } = watched()
    all(state)
    const path = parseSharePath('a')
    there.notices.push({ kind: 'conflict', path, copy: path, who: 'x' })
    state.noticesPosted()
    assert.deepEqual(all(state), [{ kind: 'notice', path, copy: path, who: 'x' }])
    state.noticesPosted()
    assert.deepEqual(all(state), [])
  })

  test('is of no head before there is one', () => {
    const { there, state } = watched()
    there.head = undefined as never
    assert.deepEqual(kinds(state), ['whole', 'holders'])
    there.head = { bytes: Uint8Array.of(7) } as SignedHead
    assert.deepEqual(kinds(state), ['head', 'whole'])
  })
})
