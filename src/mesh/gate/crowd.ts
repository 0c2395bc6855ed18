/** Somebody who takes up room, and can be asked to leave. */
export interface Guest {
  readonly host: string
  readonly evict: () => void
}

/**
 * Who has to go so that one more from `host` finds room: the oldest of the host that has most guests,
 * if that still leaves it as many as `host` will have. So nobody gets more room by coming first, and a
 * crowd of hosts can't keep out another one. `guests` are in the order in which they came.
 */
export function crowdedOut<Candidate extends Guest>(
  guests: Iterable<Candidate>,
  host: string,
): Candidate | undefined {
  const oldestByHost = new Map<string, Candidate>()
  const countsByHost = new Map<string, number>()
  for (const guest of guests) {
    if (!oldestByHost.has(guest.host)) oldestByHost.set(guest.host, guest)
    countsByHost.set(guest.host, (countsByHost.get(guest.host) ?? 0) + 1)
  }
  let most = (countsByHost.get(host) ?? 0) + 1
  let found: Candidate | undefined
  for (const [other, count] of countsByHost) {
    if (count <= most) continue
    most = count
    found = oldestByHost.get(other)
  }
  return found
}
