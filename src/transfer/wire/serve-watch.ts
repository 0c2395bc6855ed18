import { concatBytes } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { NodeError } from '../../base/errors.ts'
import type { Answer, Address, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { admit, holdingOf } from './admission.ts'
import { streamAnswer } from './cbor-answer.ts'
import { joinedFrame } from './frames.ts'
import { addressesField, parseHearsayField } from './hearsay.ts'
import { encodeWatchFrame } from './watch-frame.ts'
import type { WatchFrame } from './watch-frame.ts'
import { WatchState } from './watch-state.ts'
import type { Counter } from './wire.ts'

/**
 * `GET …/watch`: tells what is new for as long as the asker listens, its capability holds and the share is
 * served here. An asker that names addresses of its own says that it serves the share in turn.
 */
export function serveWatch(counter: Counter, holding: Holding, question: ReceivedQuestion): Answer {
  admit(holding, question, 'read')
  return streamAnswer(watchFrames(counter, holding, question))
}

async function* watchFrames(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): AsyncGenerator<Uint8Array> {
  const { share } = holding
  const { peer, signal } = question
  const { watchers, notices, surroundings } = counter
  using subscriptions = new DisposableStack()
  const bell = new Bell()
  signal.addEventListener('abort', bell.ring, { once: true })
  subscriptions.defer(() => signal.removeEventListener('abort', bell.ring))
  subscriptions.use(watchers.join(share, peer, addressesOf(question)))

  const state = new WatchState({
    head: () => holding.head(),
    whole: () => holding.whole(),
    partial: () => holding.partial(),
    holders: () => watchers.holders(share, peer),
    takeNotices: () => notices.take(share, peer),
  })
  const on = (tell: () => void) => () => {
    tell()
    bell.ring()
  }
  subscriptions.use(holding.headChanged.subscribe(on(() => state.headChanged())))
  subscriptions.use(
    holding.gained.subscribe((gain) => {
      state.gained(gain)
      bell.ring()
    }),
  )
  const ofThis = (tell: () => void) => (changed: string) => {
    if (changed === share) on(tell)()
  }
  subscriptions.use(watchers.changed.subscribe(ofThis(() => state.holdersChanged())))
  subscriptions.use(notices.posted.subscribe(ofThis(() => state.noticesPosted())))

  while (!signal.aborted && mayGoOn(counter, holding, question)) {
    const news = someFrames(state)
    if (news.length > 0) yield news
    else if (!(await bell.rings(surroundings.clock, aliveMs))) {
      yield joinedFrame(encodeWatchFrame({ kind: 'alive' }))
    }
  }
}

/** A few at once: the capability is checked again after them, and that costs more than a frame. */
function someFrames(state: WatchState): Uint8Array {
  const frames: Uint8Array[] = []
  let frame: WatchFrame | undefined
  while (frames.length < framesAtOnceMax && (frame = state.next())) {
    frames.push(joinedFrame(encodeWatchFrame(frame)))
  }
  return concatBytes(frames)
}

/** The capability may have expired or been revoked, and the share or copy may be gone. */
function mayGoOn(counter: Counter, holding: Holding, question: ReceivedQuestion): boolean {
  try {
    admit(holding, question, 'read')
    return holdingOf(counter.holdings(), holding.share) === holding
  } catch (error) {
    if (error instanceof NodeError) return false
    throw error
  }
}

function addressesOf(question: ReceivedQuestion): Address[] | undefined {
  const field = question.headers[addressesField]
  return field === undefined ? undefined : parseHearsayField(field)
}

/** Wakes the one who waits for it, or who will wait next. */
class Bell {
  #hasRung = false
  #wake: () => void = () => {}

  readonly ring = (): void => {
    this.#hasRung = true
    this.#wake()
  }

  /** Whether it rang since the last time, or rings within `waitMs`. */
  async rings(clock: Clock, waitMs: number): Promise<boolean> {
    if (!this.#hasRung) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve))
      using _ = clock.after(waitMs, () => this.#wake())
      await woken
    }
    const hasRung = this.#hasRung
    this.#hasRung = false
    return hasRung
  }
}

/** How often a silent stream shows that it is alive. */
const aliveMs = 30_000

const framesAtOnceMax = 64
