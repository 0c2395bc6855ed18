import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { BlockBlame } from '../../../../src/networks/bittorrent/asking/block-blame.ts'
import { BlockPlanner } from '../../../../src/networks/bittorrent/asking/block-planner.ts'
import type { PlannedPeer } from '../../../../src/networks/bittorrent/asking/block-planner.ts'
import { Choker } from '../../../../src/networks/bittorrent/asking/choker.ts'
import { PeerList } from '../../../../src/networks/bittorrent/asking/peer-list.ts'
import { RequestWindow } from '../../../../src/networks/bittorrent/asking/request-window.ts'
import { Availability } from '../../../../src/networks/bittorrent/missing/availability.ts'
import { Bitfield } from '../../../../src/networks/bittorrent/missing/bitfield.ts'
import { OpenPiece } from '../../../../src/networks/bittorrent/missing/open-piece.ts'
import { PiecePicker } from '../../../../src/networks/bittorrent/missing/piece-picker.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

const blockBytes = 16 * 1024

suite('whom to ask for which blocks', () => {
  test('a peer goes on with its own piece before it begins another', () => {
    const planner = plannerOf(4)
    const ana = peerOf(4)
    assert.deepEqual(places(planner.plan(ana, 3)), ['0:0', '0:1', '0:2'])
    assert.deepEqual(places(planner.plan(ana, 3)), ['0:3', '1:0', '1:1'])
  })

  test('two peers work at different pieces, and one takes over what the other leaves', () => {
    const planner = plannerOf(2)
    const [ana, ben] = [peerOf(2), peerOf(2)]
    planner.plan(ana, 2)
    assert.deepEqual(places(planner.plan(ben, 2)), ['1:0', '1:1'])
    planner.release(ana)
    assert.deepEqual(places(planner.plan(ben, 9)), ['1:2', '1:3', '0:0', '0:1', '0:2', '0:3'])
  })

  test('at the end, whoever owes nothing is asked for what others owe', () => {
    const planner = plannerOf(1)
    const [ana, ben] = [peerOf(1), peerOf(1)]
    planner.plan(ana, 4)
    assert.deepEqual(planner.plan({ ...ben, owedBlocks: 1 }, 4), [])
    assert.deepEqual(places(planner.plan(ben, 2)), ['0:3', '0:2'])
  })

  test('no more pieces are begun than there is memory for', () => {
    const planner = plannerOf(9, 2)
    assert.equal(planner.plan(peerOf(9), 100).length, 8)
  })

  test('a peer that chokes is asked for nothing but what it allows', () => {
    const planner = plannerOf(3)
    const ana = { ...peerOf(3), mayAsk: (piece: number) => piece === 2 }
    assert.deepEqual(places(planner.plan(ana, 2)), ['2:0', '2:1'])
  })
})

suite('how much a peer may owe', () => {
  test('grows with what it brings, and stays within its own limit', () => {
    const window = new RequestWindow(0)
    const start = window.size(2000)
    for (let block = 0; block < 1000; block++) window.arrived(block / 10, blockBytes, 5)
    assert.ok(window.size(2000) > start)
    assert.equal(window.size(100), 100)
    assert.equal(window.size(1), 2)
  })

  test('settles at twice what fits into a round trip', () => {
    const window = new RequestWindow(0)
    // 100 blocks a second, for four seconds, each half a second after it was asked for.
    for (let block = 0; block < 400; block++) window.arrived(block * 10, blockBytes, 500)
    const size = window.size(2000)
    assert.ok(size > 80 && size < 130, String(size))
  })

  test('is one small question after a stall', () => {
    const window = new RequestWindow(0)
    for (let block = 0; block < 100; block++) window.arrived(block, blockBytes, 5)
    window.stalled(100)
    assert.equal(window.size(2000), 2)
  })
})

suite('whom to serve', () => {
  const peer = (rateIn: number, rateOut: number, isInterested = true) => ({
    ...{ isInterested, isUnchoked: true, rateIn, rateOut },
  })

  test('those who give most, and one by chance', () => {
    const peers = [peer(1, 9), peer(5, 1), peer(3, 2), peer(9, 0, false), peer(2, 0)]
    const served = new Choker<(typeof peers)[number]>(seededRandom(1), 3).decide(peers, {
      ...{ isSeeding: false, isTurn: true },
    })
    assert.equal(served.size, 3)
    assert.ok([...served].every(({ isInterested }) => isInterested))
    const rest = peers.filter((one) => one.isInterested && !served.has(one))
    const chosen = [...served].toSorted((a, b) => b.rateIn - a.rateIn)
    // All but the one by chance give at least as much as any who is not served.
    assert.ok(rest.every(({ rateIn }) => rateIn <= (chosen[1]?.rateIn ?? 0)))
  })

  test('once all is here, those who take fastest', () => {
    const peers = [peer(9, 1), peer(0, 5), peer(0, 7)]
    const choker = new Choker<(typeof peers)[number]>(seededRandom(2), 8)
    assert.equal(choker.decide(peers, { isSeeding: true, isTurn: true }).size, 3)
  })

  test('a newcomer at once, while there is room', () => {
    const choker = new Choker(seededRandom(3), 2)
    assert.equal(choker.hasRoom([peer(0, 0)]), true)
    assert.equal(choker.hasRoom([peer(0, 0), peer(0, 0)]), false)
  })
})

suite('whom to dial', () => {
  const address = (host: string) => ({ host, port: 6881 })

  test('new ones first, and those who failed later each time', () => {
    const list = new PeerList()
    list.add(address('192.0.2.1'), 'tracker')
    assert.equal(list.add(address('192.0.2.1'), 'dht'), false)
    assert.equal(list.next(0)?.address.host, '192.0.2.1')
    assert.equal(list.next(0), undefined)
    list.ended(address('192.0.2.1'), 0, false)
    assert.equal(list.next(29_999), undefined)
    assert.equal(list.next(30_000)?.failures, 1)
    list.ended(address('192.0.2.1'), 30_000, false)
    assert.equal(list.next(89_999), undefined)
    assert.ok(list.next(90_000))
  })

  test('nobody at an address that sent wrong bytes', () => {
    const list = new PeerList()
    list.add(address('192.0.2.1'), 'tracker')
    list.ban({ host: '192.0.2.1', port: 9 })
    assert.equal(list.next(0), undefined)
    assert.equal(list.add({ host: '192.0.2.1', port: 10 }, 'dht'), false)
    assert.deepEqual(list.banned, ['192.0.2.1'])
  })

  test('no more than may be known', () => {
    const list = new PeerList()
    for (let port = 1; port <= 3000; port++) list.add({ host: '192.0.2.1', port }, 'pex')
    assert.equal(list.size, 2000)
  })
})

suite('who sent wrong bytes', () => {
  const [ana, ben] = [{ name: 'ana' }, { name: 'ben' }]
  const isPerson = (one: object): one is typeof ana => 'name' in one

  test('is known at once when only one sent any', () => {
    assert.equal(new BlockBlame<typeof ana>().wrong(pieceBy(1, ana, ana), isPerson), ana)
  })

  test('shows when the piece has come right', () => {
    const blame = new BlockBlame<typeof ana>()
    assert.equal(blame.wrong(pieceBy(1, ana, ben), isPerson), undefined)
    const right = pieceBy(1, ben, ben)
    right.bytes.fill(2, blockBytes)
    assert.deepEqual(blame.right(right), new Set([ben]))
    assert.deepEqual(blame.right(right), new Set())
  })
})

function plannerOf(pieces: number, openMax = 100): BlockPlanner {
  const [have, availability] = [new Bitfield(pieces), new Availability(pieces)]
  const picker = new PiecePicker(have, availability, seededRandom(1))
  let opened = 0
  return new BlockPlanner({
    picker,
    openPiece: (index) =>
      opened++ < openMax ? new OpenPiece(index, new Uint8Array(4 * blockBytes)) : undefined,
  })
}

function peerOf(pieces: number): PlannedPeer {
  return { has: Bitfield.full(pieces), owedBlocks: 0, mayAsk: () => true }
}

function places(blocks: readonly { piece: number; begin: number }[]): string[] {
  return blocks.map(({ piece, begin }) => `${piece}:${begin / blockBytes}`)
}

function pieceBy(fill: number, ...providers: readonly object[]): OpenPiece {
  const piece = new OpenPiece(0, new Uint8Array(providers.length * blockBytes).fill(fill))
  for (const [block, provider] of providers.entries()) {
    piece.ask(provider, 1)
    piece.arrived(block, provider)
  }
  return piece
}
