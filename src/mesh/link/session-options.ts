import { constants } from 'node:http2'
import type { ClientSessionOptions, ServerOptions, Settings } from 'node:http2'
import {
  headerBytesMax,
  headersMax,
  questionWindowBytes,
  questionsAtOnceMax,
  sessionMemoryMiB,
  streamResetBurst,
  streamResetRate,
} from '../gate/limits.ts'

/** How HTTP/2 is spoken by whoever asks. `windowBytes`: what one answer may have sent ahead of its reader. */
export function askingOptions(windowBytes: number): ClientSessionOptions {
  return {
    maxSessionMemory: sessionMemoryMiB,
    maxHeaderListPairs: headersMax,
    settings: askingSettings(windowBytes),
  }
}

export function askingSettings(windowBytes: number): Settings {
  return {
    initialWindowSize: windowBytes,
    maxHeaderListSize: headerBytesMax,
    enablePush: false,
  }
}

/** How HTTP/2 is spoken by whoever answers. */
export function answeringOptions(): ServerOptions {
  return {
    maxSessionMemory: sessionMemoryMiB,
    maxHeaderListPairs: headersMax,
    streamResetBurst,
    streamResetRate,
    settings: {
      initialWindowSize: questionWindowBytes,
      maxConcurrentStreams: questionsAtOnceMax,
      maxHeaderListSize: headerBytesMax,
    },
  }
}

/**
 * The window of a whole connection. Node gives it back as soon as bytes arrive, read or not, so it bounds
 * nothing: it has only to be larger than what a fast and long line holds (400 MB/s at 80 ms).
 */
export const connectionWindowBytes = 32 * 1024 * 1024

/** What ended a connection, as GOAWAY says it. Source: RFC 9113, section 7. */
export const goAway = {
  done: constants.NGHTTP2_NO_ERROR,
  tooMuch: constants.NGHTTP2_ENHANCE_YOUR_CALM,
  settings: constants.NGHTTP2_SETTINGS_TIMEOUT,
} as const

/** What ended a stream, as RST_STREAM says it. Source: RFC 9113, section 7. */
export const reset = {
  done: constants.NGHTTP2_NO_ERROR,
  cancelled: constants.NGHTTP2_CANCEL,
} as const
