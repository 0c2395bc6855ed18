/**
 * The wall's time as the node's clock last told it, within a minute or so: enough to say when something
 * may go, and the same clock for all, also in tests. A thread has no other way to that clock.
 */
export interface ToldTime {
  nowMs: number
}
