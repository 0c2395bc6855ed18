import type { Clock } from '../../base/clock.ts'
import { errorKind } from '../../base/errors.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { Link, Mesh, PeerId } from '../../mesh/mesh.ts'
import { seekAdmission } from './admission.ts'
import type { Admission, Credentials } from './admission.ts'
import { NotReadPasswordError } from './errors.ts'
import { firstOf } from './first-admission.ts'

export interface SeekParts {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly credentials: Credentials
  /** Who else may let us in, after the owner; best first. */
  readonly others: readonly PeerId[]
}

export interface Found {
  readonly admission: Admission
  readonly link: Link
}

/**
 * Finds somebody who lets this node into a share: the owner, else those who may be its deputies. What the owner
 * refuses is refused; what others refuse is only their word. Passwords are shown to one at a time, since each
 * showing counts as a guess.
 */
export async function seek(parts: SeekParts, signal: AbortSignal): Promise<Found> {
  const { mesh, clock, credentials, others } = parts
  const { owner, name } = credentials.record
  const candidates = [...new Set([owner, ...others])].filter((peer) => peer !== credentials.asker)
  let ownersFailure: unknown
  try {
    return await firstOf<PeerId, Found>(
      {
        clock,
        candidates: candidates.slice(0, candidatesMax),
        headStartMs: credentials.password === undefined ? headStartMs : undefined,
        attempt: async (peer, until) => {
          try {
            const link = await mesh.link(peer, until)
            return { link, admission: await seekAdmission({ link, clock }, credentials, until) }
          } catch (error) {
            if (peer === owner) ownersFailure = error
            throw error
          }
        },
        isFinal: (error, peer) => peer === owner && isRefusal(error),
      },
      signal,
    )
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error
    const telling = mostTelling(ownersFailure, error.errors)
    if (telling) throw telling
    const who = mesh.book.contact(owner)?.petname ?? 'Its owner'
    throw new OfflineError(
      `${who} can't be reached now, and nobody else who is there lets you into "${name}". Try again later.`,
      { cause: error },
    )
  }
}

/** What the owner has said; else what somebody who may stand in for the owner has. That one is away says nothing. */
function mostTelling(ownersFailure: unknown, failures: readonly unknown[]): Error | undefined {
  const others = failures.filter(
    (one) => one instanceof NotReadPasswordError || errorKind(one) === 'denied',
  )
  const isOwnerAway = ['offline', 'interrupted'].includes(errorKind(ownersFailure))
  const [telling] = isOwnerAway ? others : [ownersFailure]
  return telling instanceof Error ? telling : undefined
}

/** Neighbours on the LAN and contacts that may hold a copy. */
export function acquaintances(mesh: Mesh): PeerId[] {
  const contacts = mesh.book.contacts().filter(({ trust }) => trust !== 'blocked')
  return [
    ...mesh.links().map(({ peer }) => peer),
    ...mesh.discovery.neighbours().map(({ peer }) => peer),
    ...contacts.map(({ peer }) => peer),
  ]
}

function isRefusal(error: unknown): boolean {
  const kind = errorKind(error)
  return kind === 'denied' || kind === 'limit'
}

/** Enough for a link over a long line; who is not there by then may be away. */
const headStartMs = 2_000
const candidatesMax = 24
