/**
 * What the node tells its operator. `event` is a short fixed sentence; what varies goes into `data`.
 * Values from peers are data, never part of `event`; no secret is ever logged.
 */
export interface Log {
  debug(event: string, data?: LogData): void
  info(event: string, data?: LogData): void
  warn(event: string, data?: LogData): void
  /** A bug or a loss of function; `error` keeps its stack and causes. */
  error(event: string, error: unknown, data?: LogData): void
  /** The same log with `data` added to each line. */
  with(data: LogData): Log
}

export type LogData = Readonly<Record<string, string | number | boolean | undefined>>

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
}
