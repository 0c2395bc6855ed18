import { connect, performServerHandshake } from 'node:http2'
import type { ClientHttp2Session, Http2Session, ServerHttp2Session } from 'node:http2'
import type { Duplex } from 'node:stream'
import { OfflineError } from '../errors.ts'
import { origin } from './alpn.ts'
import {
  answeringOptions,
  askingOptions,
  connectionWindowBytes,
  goAway,
} from './session-options.ts'

/** HTTP/2 on a proved connection, on which this side asks. `windowBytes`: what one answer may send ahead. */
export function askingSession(stream: Duplex, windowBytes: number): ClientHttp2Session {
  const session = connect(`https://${origin}`, {
    ...askingOptions(windowBytes),
    createConnection: () => stream,
  })
  session.once('connect', () => session.setLocalWindowSize(connectionWindowBytes))
  return session
}

/** HTTP/2 on a proved connection, on which this side answers. */
export function answeringSession(stream: Duplex): ServerHttp2Session {
  return performServerHandshake(stream, answeringOptions())
}

/** Tells a far side that has proved who it is that there is no room for it. */
export function turnAway(stream: Duplex): void {
  const session = answeringSession(stream)
  session.on('error', () => {})
  session.destroy(undefined, goAway.tooMuch)
}

/**
 * Resolves when the far side has said its first word of HTTP/2 (RFC 9113, section 3.4), by which it accepts
 * this side. Rejects with OfflineError when it hangs up instead.
 */
export function greeted(session: Http2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = () => reject(new OfflineError('The other node refused the link.'))
    session.once('close', refused)
    session.once('remoteSettings', () => {
      // A refusal comes right behind the greeting.
      setImmediate(() => {
        session.off('close', refused)
        if (session.destroyed) refused()
        else resolve()
      })
    })
  })
}
