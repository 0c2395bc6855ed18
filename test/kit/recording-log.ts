import type { Log, LogData } from '../../src/base/log.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: string
  readonly data: LogData
  readonly error?: unknown
}

/** Keeps what was logged. A line of level `error` is a bug: most tests expect none. */
export class RecordingLog implements Log {
  readonly lines: LogLine[]
  readonly #data: LogData

  constructor(lines: LogLine[] = [], data: LogData = {}) {
    this.lines = lines
    this.#data = data
  }

  get errors(): readonly LogLine[] {
    return this.lines.filter(({ level }) => level === 'error')
  }

  debug(event: string, data?: LogData): void {
    this.#add({ level: 'debug', event, data: data ?? {} })
  }

  info(event: string, data?: LogData): void {
    this.#add({ level: 'info', event, data: data ?? {} })
  }

  warn(event: string, data?: LogData): void {
    this.#add({ level: 'warn', event, data: data ?? {} })
  }

  error(event: string, error: unknown, data?: LogData): void {
    this.#add({ level: 'error', event, data: data ?? {}, error })
  }

  with(data: LogData): Log {
    return new RecordingLog(this.lines, { ...this.#data, ...data })
  }

  #add(line: LogLine): void {
    this.lines.push({ ...line, data: { ...this.#data, ...line.data } })
  }
}
