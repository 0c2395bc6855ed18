/**
 * Reach: from a PeerId to a link, by all addresses at which the peer may be.
 *
 * Job: the policy that says which addresses may be dialled on whose word, this node's own addresses, the
 * order in which to dial, dialling several at once, keeping wanted links up, and settling on one link a peer.
 * Non-goals: what happens on a socket (link), finding addresses (discovery, book), punching through NATs.
 */
import type { Clock } from '../../base/clock.ts'
import { NodeError } from '../../base/errors.ts'
import { OfflineError } from '../errors.ts'
import type {
  Address,
  Discovery,
  Interfaces,
  Link,
  LinkWay,
  PeerBook,
  PeerId,
  Transport,
} from '../mesh.ts'
import { formatAddress } from './address.ts'
import { isNear, orderedCandidates } from './candidates.ts'
import type { Candidate } from './candidates.ts'
import { parseIp } from './ip.ts'
import { race } from './race.ts'
import { resolveAddress } from './resolve.ts'
import type { Lookup } from './resolve.ts'

export interface ReachParts {
  readonly transport: Transport
  readonly book: PeerBook
  readonly discovery: Discovery
  readonly interfaces: Interfaces
  readonly lookUp: Lookup
  readonly clock: Clock
}

/**
 * Dials a peer by all addresses that are known of it and returns the first link; the book then knows which
 * address was good. Rejects with OfflineError, saying why, or with InterruptedError.
 */
export async function dialPeer(
  peer: PeerId,
  parts: ReachParts,
  signal: AbortSignal,
): Promise<Link> {
  const candidates = candidatesFor(peer, parts)
  if (candidates.length === 0) {
    throw new OfflineError(
      'No address of this peer is known. Ask for a new link, or be on the same network.',
    )
  }
  const attempt = (candidate: Candidate, stop: AbortSignal) =>
    dialCandidate(peer, candidate, parts, stop)
  try {
    return await race(candidates, attempt, closeLink, parts.clock, signal)
  } catch (error) {
    throw error instanceof AggregateError ? unreachable(candidates, error) : error
  }
}

function candidatesFor(peer: PeerId, { book, discovery, interfaces }: ReachParts): Candidate[] {
  const neighbour = discovery.neighbours().find((one) => one.peer === peer)
  return orderedCandidates(neighbour, book.addresses(peer), interfaces.all())
}

async function dialCandidate(
  peer: PeerId,
  { address, origin }: Candidate,
  parts: ReachParts,
  signal: AbortSignal,
): Promise<Link> {
  const resolved = await resolveAddress(address, origin, parts.lookUp)
  const attempt = (one: Address, stop: AbortSignal) => dialAddress(peer, one, parts, stop)
  const link = await race(resolved, attempt, closeLink, parts.clock, signal)
  parts.book.reached(peer, address, origin)
  return link
}

/** The transport has limits of its own for each step; this one holds whatever the transport. */
async function dialAddress(
  peer: PeerId,
  address: Address,
  { transport, interfaces, clock }: ReachParts,
  signal: AbortSignal,
): Promise<Link> {
  const late = new AbortController()
  const deadline = clock.after(dialTimeoutMs, () =>
    late.abort(new OfflineError(`Nobody answers at ${formatAddress(address)}.`)),
  )
  try {
    const way = wayTo(address, interfaces)
    return await transport.dial(address, peer, way, AbortSignal.any([signal, late.signal]))
  } finally {
    deadline[Symbol.dispose]()
  }
}

function wayTo({ host }: Address, interfaces: Interfaces): LinkWay {
  const ip = parseIp(host)
  return ip && isNear(ip, interfaces.all()) ? 'lan' : 'direct'
}

function closeLink(link: Link): void {
  void link[Symbol.asyncDispose]()
}

/** The most telling of all failures stands in the message: a wrong peer says more than silence. */
function unreachable(candidates: readonly Candidate[], failures: AggregateError): OfflineError {
  const reasons = failures.errors.flatMap((error: unknown) => {
    const one = error instanceof AggregateError ? (error.errors[0] as unknown) : error
    return one instanceof NodeError ? one : []
  })
  const telling = reasons.find((error) => !(error instanceof OfflineError)) ?? reasons[0]
  const tried = candidates.map(({ address }) => formatAddress(address)).join(', ')
  return new OfflineError(
    `The peer can't be reached at ${tried}. ${telling?.message ?? 'See the log.'}`,
    { cause: failures },
  )
}

/** Longer than a lost SYN's second repetition (RFC 6298: 1 s, then 2 s) and a slow handshake after it. */
const dialTimeoutMs = 15_000
