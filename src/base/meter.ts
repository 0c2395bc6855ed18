/**
 * Where every byte that crosses a socket is counted. The port is here so that the lowest floor can
 * call it; whoever understands the numbers stands on top (the observatory).
 */
export interface Meter {
  count(label: TrafficLabel, bytes: number): void
}

export interface TrafficLabel {
  /** The far side's PeerId, or its address while it has not proved one. */
  readonly peer: string
  readonly network: NetworkName
  readonly purpose: TrafficPurpose
  readonly direction: Direction
}

export type NetworkName = 'mesh' | 'bittorrent' | 'gnutella' | 'freenet'

/** `payload` file bytes; `protocol` what it takes to move them; `repeated` payload that had come before. */
export type TrafficPurpose = 'payload' | 'protocol' | 'repeated' | 'discovery' | 'relayed'

export type Direction = 'in' | 'out'

export const unmeasured: Meter = { count() {} }

/** Keeps totals per label: the plain meter of a node without an observatory. */
export class TotalsMeter implements Meter {
  readonly #totals = new Map<string, TrafficTotal>()

  count(label: TrafficLabel, bytes: number): void {
    const key = `${label.peer} ${label.network} ${label.purpose} ${label.direction}`
    const total = this.#totals.get(key)
    if (total) total.bytes += bytes
    else this.#totals.set(key, { ...label, bytes })
  }

  totals(): TrafficTotal[] {
    return [...this.#totals.values()]
  }
}

export interface TrafficTotal extends TrafficLabel {
  bytes: number
}
