/** Numbers of packets: 16 bits, and round again. */

/** The number `steps` further on (or back). */
export function stepped(sequence: number, steps: number): number {
  return (sequence + steps) & 0xffff
}

/** How far `to` is ahead of `from`: -32,768 to 32,767, negative when it lies behind. */
export function stepsTo(from: number, to: number): number {
  return ((to - from) << 16) >> 16
}
