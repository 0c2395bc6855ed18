/**
 * Trackers: servers that know who is in a swarm.
 *
 * Job: asking by HTTP (BEP 3, 7, 23, 24, 48) and UDP (BEP 15, 41, 48), one tracker of several (BEP 12), by a
 * timetable that no tracker can make too dense. Non-goals: being one, WebTorrent's, those behind a login.
 *
 * This file holds what both ways of asking have in common.
 */
import { NodeError } from '../../../base/errors.ts'
import type { AnnouncedProgress, PeerAddress, SwarmId } from '../bittorrent.ts'
import type { TrackerUrl } from './tracker-url.ts'

export type TrackerEvent = 'started' | 'completed' | 'stopped'

/** What a tracker is told. */
export interface TrackerQuestion {
  readonly swarm: SwarmId
  /** 20 bytes. */
  readonly peerId: Uint8Array
  /** By which a tracker knows us again when our address changes: 32 bits. */
  readonly key: number
  /** Undefined for what happens all the time. */
  readonly event: TrackerEvent | undefined
  readonly progress: AnnouncedProgress
  readonly port: number
  /** How many peers are wanted. */
  readonly peersWanted: number
  /** What this tracker gave us to show it again. */
  readonly trackerId: Uint8Array | undefined
}

/** What a tracker says. Peers are as it named them: not checked. */
export interface TrackerAnswer {
  readonly peers: readonly PeerAddress[]
  readonly intervalMs: number | undefined
  readonly intervalMinMs: number | undefined
  readonly seeders: number | undefined
  readonly leechers: number | undefined
  /** Where it saw us (BEP 24); 4 or 16 bytes. */
  readonly seenIp: Uint8Array | undefined
  readonly trackerId: Uint8Array | undefined
  /** Untrusted text for a person. */
  readonly warning: string | undefined
}

/** How many are in a swarm (BEP 48). */
export interface SwarmCounts {
  readonly seeders: number
  readonly leechers: number
  /** How often it was ever downloaded. */
  readonly downloads: number
}

/** One way of asking. Each call asks the tracker at one address, which was checked. */
export interface TrackerClient {
  announce(
    url: TrackerUrl,
    at: PeerAddress,
    question: TrackerQuestion,
    signal: AbortSignal,
  ): Promise<TrackerAnswer>
  /** At most 70 swarms. Rejects with TrackerError when the tracker can't say. */
  scrape(
    url: TrackerUrl,
    at: PeerAddress,
    swarms: readonly SwarmId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<SwarmId, SwarmCounts>>
}

/** A tracker said no, or something that is no answer. */
export class TrackerError extends NodeError {
  override readonly name = 'TrackerError'
  readonly kind = 'corrupt'
}

/** More are never wanted, and never believed. */
export const peersMax = 200

/** As many as a UDP scrape can hold (BEP 15 says "about 74"). */
export const scrapedMax = 70
