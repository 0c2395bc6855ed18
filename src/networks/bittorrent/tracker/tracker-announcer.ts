import type { Surroundings } from '../../../base/base.ts'
import { displayText } from '../../../base/display-text.ts'
import { MalformedError, NodeError } from '../../../base/errors.ts'
import type {
  AnnounceReport,
  Announcement,
  Announcer,
  Announcing,
  PeerAddress,
  PeerOrigin,
} from '../bittorrent.ts'
import { Tiers } from './tiers.ts'
import { Timetable } from './timetable.ts'
import type { TrackerDesk } from './tracker-desk.ts'
import { parseTrackerUrl } from './tracker-url.ts'
import type { TrackerUrl } from './tracker-url.ts'
import { peersMax } from './tracker.ts'
import type { TrackerAnswer, TrackerEvent } from './tracker.ts'

export interface TrackerAnnouncerOptions {
  readonly desk: TrackerDesk
  readonly surroundings: Surroundings
  /** The same as in the handshake with peers: 20 bytes. */
  readonly peerId: Uint8Array
}

/** Announces to the trackers that a torrent names. */
export function trackerAnnouncer(options: TrackerAnnouncerOptions): Announcer {
  return {
    announce: (announcement, onPeers) => new TrackerAnnouncing(options, announcement, onPeers),
  }
}

/** One tracker, and how it stands with it. */
interface Tracker {
  readonly url: TrackerUrl
  /** It counts us as one of the swarm: it has to be told when we go. */
  isTold: boolean
  answer: TrackerAnswer | undefined
  failure: string | undefined
}

class TrackerAnnouncing implements Announcing {
  readonly #options: TrackerAnnouncerOptions
  readonly #announcement: Announcement
  readonly #onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void
  readonly #tiers: Tiers<Tracker>
  readonly #timetable = new Timetable()
  readonly #closing = new AbortController()
  readonly #key: number
  #timer: Disposable | undefined
  #working: Promise<void> | undefined
  #owesCompleted = false

  constructor(
    options: TrackerAnnouncerOptions,
    announcement: Announcement,
    onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void,
  ) {
    const { random } = options.surroundings
    this.#options = options
    this.#announcement = announcement
    this.#onPeers = onPeers
    this.#key = Buffer.from(random.bytes(4)).readUInt32BE()
    this.#tiers = new Tiers(announcement.trackers, parseTracker, random)
    if (this.#tiers.inOrder().length > 0) this.#plan(0)
  }

  completed(): void {
    this.#owesCompleted = true
    if (this.#tiers.inOrder().some(({ isTold }) => isTold)) this.#plan(0)
  }

  hurry(): void {
    if (this.#tiers.inOrder().length === 0) return
    const nowMs = this.#options.surroundings.clock.elapsed()
    this.#plan(this.#timetable.earliestMs(nowMs) - nowMs)
  }

  reports(): readonly AnnounceReport[] {
    return this.#tiers.inOrder().map(({ url, answer, failure }) => ({
      name: url.text,
      state: failure !== undefined ? 'failed' : answer ? 'working' : 'waiting',
      detail: failure ?? answer?.warning ?? '',
      peers: answer?.peers.length ?? 0,
      seeders: answer?.seeders,
      leechers: answer?.leechers,
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    this.#closing.abort()
    await this.#working
    const { clock } = this.#options.surroundings
    const late = new AbortController()
    using _ = clock.after(goodbyeMs, () => late.abort())
    const told = this.#tiers.inOrder().filter(({ isTold }) => isTold)
    await Promise.all(told.map((tracker) => this.#tell(tracker, 'stopped', late.signal)))
  }

  /** The next round in `delayMs`, instead of any that was planned. */
  #plan(delayMs: number): void {
    this.#timer?.[Symbol.dispose]()
    if (this.#closing.signal.aborted) return
    this.#timer = this.#options.surroundings.clock.after(delayMs, () => {
      // One at a time; the one under way plans the next.
      this.#working ??= this.#round().finally(() => {
        this.#working = undefined
      })
    })
  }

  /** Tries one tracker after another until one answers. */
  async #round(): Promise<void> {
    const { clock } = this.#options.surroundings
    const { signal } = this.#closing
    let answer: TrackerAnswer | undefined
    for (const tracker of this.#tiers.inOrder()) {
      answer = await this.#tell(tracker, this.#eventFor(tracker), signal)
      if (signal.aborted) return
      if (!answer) continue
      this.#tiers.answered(tracker)
      break
    }
    const nowMs = clock.elapsed()
    if (answer) this.#timetable.answered(nowMs, answer)
    else this.#timetable.failed(nowMs)
    // The last piece may have come while another event was told.
    const isNewsLeft = answer !== undefined && this.#owesCompleted
    this.#plan(isNewsLeft ? 0 : this.#timetable.dueMs(nowMs) - nowMs)
    if (answer && answer.peers.length > 0) this.#onPeers(answer.peers, 'tracker')
  }

  #eventFor({ isTold }: Tracker): TrackerEvent | undefined {
    if (!isTold) return 'started'
    return this.#owesCompleted ? 'completed' : undefined
  }

  /** Undefined when it does not answer. */
  async #tell(
    tracker: Tracker,
    event: TrackerEvent | undefined,
    signal: AbortSignal,
  ): Promise<TrackerAnswer | undefined> {
    const { desk, peerId } = this.#options
    const { swarm, port } = this.#announcement
    const progress = this.#announcement.progress()
    const peersWanted = event === 'stopped' ? 0 : peersMax
    const trackerId = tracker.answer?.trackerId
    const question = {
      swarm,
      port,
      progress,
      peerId,
      key: this.#key,
      event,
      peersWanted,
      trackerId,
    }
    try {
      const answer = await desk.announce(tracker.url, question, signal)
      tracker.answer = { ...answer, trackerId: answer.trackerId ?? trackerId }
      tracker.failure = undefined
      tracker.isTold = event !== 'stopped'
      if (event === 'completed') this.#owesCompleted = false
      return answer
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      tracker.failure = displayText(error.message, detailMax)
      return undefined
    }
  }
}

function parseTracker(text: string): Tracker | undefined {
  try {
    const url = parseTrackerUrl(text)
    return { url, isTold: false, answer: undefined, failure: undefined }
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

/** Who closes a torrent, or the node, does not wait longer for trackers that are gone. */
const goodbyeMs = 3_000

const detailMax = 200
