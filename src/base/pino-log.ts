import pino from 'pino'
import type { Logger } from 'pino'
import type { Log, LogData } from './log.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** JSON lines on standard error, which whoever starts the node leads to a file or the journal. */
export function openPinoLog(level: LogLevel): Log {
  const destination = pino.destination({ dest: 2, sync: true })
  return logOf(
    pino({ level, base: null, redact: [...secretFields], messageKey: 'event' }, destination),
  )
}

function logOf(logger: Logger): Log {
  return {
    debug: (event, data) => logger.debug(data ?? {}, event),
    info: (event, data) => logger.info(data ?? {}, event),
    warn: (event, data) => logger.warn(data ?? {}, event),
    error: (event, error, data) => logger.error({ ...data, err: error }, event),
    with: (data: LogData) => logOf(logger.child(data)),
  }
}

/** The last line of defence: who logs one of these has made a mistake already. */
const secretFields = ['password', 'secret', 'invite', 'token', 'privateKey', 'capability']
