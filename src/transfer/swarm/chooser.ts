/**
 * Whom to ask for what: pure, so that it can be tested and simulated without a socket or a disk.
 *
 * Near before far: a far source is not asked for what a near one has. Rare before common, so that the
 * pieces few hold spread first; among equals the order is the file's when nobody else is copying (one
 * long run reads and writes fastest) and random when others are (so that they get different pieces to
 * give each other). When all is asked for, the slowest requests are asked a second time elsewhere.
 */
import { pieceBytes } from '../../content/content.ts'
import type { PieceMap } from './piece-map.ts'

/** A source as the chooser sees it. */
export interface SourceView {
  readonly id: string
  readonly near: boolean
  readonly has: 'all' | ReadonlySet<number>
  /** Pieces asked for and not here yet. */
  readonly outstanding: number
  /** Bytes a second while it was asked; undefined before the first piece. */
  readonly rateBytesPerSecond: number | undefined
  readonly roundTripMs: number | undefined
}

export interface Run {
  readonly first: number
  readonly count: number
}

/** The run of pieces to ask `source` for next, or undefined when it should not be asked now. */
export function chooseRun(
  source: SourceView,
  all: readonly SourceView[],
  pieces: PieceMap,
  fraction: number,
): Run | undefined {
  const room = windowPieces(source) - source.outstanding
  if (room <= 0) return undefined
  const nearer = source.near ? [] : all.filter((other) => other.near)
  const mayAsk = (index: number): boolean =>
    pieces.isFree(index) &&
    has(source, index) &&
    !nearer.some((other) => other.id !== source.id && has(other, index))
  const start = startingPiece(all, pieces, mayAsk, fraction)
  if (start === undefined) return undefined
  let count = 1
  const countMax = Math.min(room, runPiecesMax(all))
  while (count < countMax && start + count < pieces.count && mayAsk(start + count)) count++
  return { first: start, count }
}

/**
 * When nothing is free: a piece that a much slower source still owes, to be asked for a second time.
 * `owedBy` tells which source a piece is waiting for.
 */
export function chooseRepeat(
  source: SourceView,
  pieces: PieceMap,
  owed: readonly { readonly index: number; readonly by: SourceView }[],
): number | undefined {
  if (source.outstanding > 0) return undefined
  let slowest: { readonly index: number; readonly waitMs: number } | undefined
  for (const { index, by } of owed) {
    if (by.id === source.id || pieces.isHere(index) || pieces.asked(index) > 1) continue
    if (!has(source, index) || (by.near && !source.near)) continue
    const waitMs = expectedMs(by, by.outstanding)
    if (waitMs > repeatGain * expectedMs(source, 1) && waitMs > (slowest?.waitMs ?? 0)) {
      slowest = { index, waitMs }
    }
  }
  return slowest?.index
}

/** Pieces that may be outstanding at a source: twice what fits into a round trip at its rate. */
export function windowPieces(source: SourceView): number {
  const { rateBytesPerSecond, roundTripMs } = source
  if (rateBytesPerSecond === undefined) return windowStart
  const inFlightBytes = 2 * rateBytesPerSecond * ((roundTripMs ?? roundTripGuessMs) / 1000)
  return Math.max(windowMin, Math.min(windowMax, Math.ceil(inFlightBytes / pieceBytes) + windowMin))
}

function startingPiece(
  all: readonly SourceView[],
  pieces: PieceMap,
  mayAsk: (index: number) => boolean,
  fraction: number,
): number | undefined {
  const partial = all.filter((source) => source.has !== 'all')
  if (partial.length === 0) return firstFree(pieces, mayAsk)
  let rarest: number[] = []
  let holdersMin = Infinity
  for (const index of pieces.free()) {
    if (!mayAsk(index)) continue
    const holders = partial.reduce((sum, source) => sum + (has(source, index) ? 1 : 0), 0)
    if (holders < holdersMin) {
      holdersMin = holders
      rarest = []
    }
    if (holders === holdersMin) rarest.push(index)
  }
  return rarest[Math.floor(fraction * rarest.length)]
}

function firstFree(pieces: PieceMap, mayAsk: (index: number) => boolean): number | undefined {
  for (const index of pieces.free()) if (mayAsk(index)) return index
  return undefined
}

function has(source: SourceView, index: number): boolean {
  return source.has === 'all' || source.has.has(index)
}

/** Long runs from whoever has all; short ones among others that copy, so that all have something to give. */
function runPiecesMax(all: readonly SourceView[]): number {
  return all.some((source) => source.has !== 'all') ? 2 : 8
}

function expectedMs(source: SourceView, pieces: number): number {
  const rate = Math.max(1, source.rateBytesPerSecond ?? rateGuessBytesPerSecond)
  return (pieces * pieceBytes * 1000) / rate + (source.roundTripMs ?? roundTripGuessMs)
}

/** Before a source has shown its rate: enough to fill a LAN, not enough to flood a slow link. */
const windowStart = 4
/** One being sent while one is on its way and one is being verified. */
const windowMin = 4
/** 64 MiB: 640 MB/s at a round trip of 50 ms with the factor two; more would only be memory. */
const windowMax = 64
const roundTripGuessMs = 50
const rateGuessBytesPerSecond = 1_000_000
/** A second request costs traffic, so it has to promise a real gain. */
const repeatGain = 2
