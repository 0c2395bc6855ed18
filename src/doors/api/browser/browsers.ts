/**
 * Browsers: the same API for the web UI, over the loopback interface.
 *
 * Job: two listeners on 127.0.0.1 - one for the node's own page and its questions, one for the content of
 * shared files, which is a stranger's and so has an origin of its own -, who may ask, and what a page may do.
 * Non-goals: operations (the same routes as on the socket), other computers.
 *
 * Threats and answers: docs/protocols/local-api.md. This file holds the room's nouns.
 */
import { NodeError } from '../../../base/errors.ts'
import type { Previews } from './previews.ts'
import type { Sessions } from './sessions.ts'

/** What operations know of the browsers' listeners. */
export interface Browsers {
  readonly sessions: Sessions
  readonly previews: Previews
  /** Where the two listen, once they do. */
  readonly ports: BrowserPorts
}

export interface BrowserPorts {
  readonly page: number
  readonly content: number
}

/** What the settings say: 0 stands for the port that it had before, or any. */
export interface BrowserSettings {
  readonly on: boolean
  readonly port: number
  readonly contentPort: number
}

/** Browsers are kept out by the settings. */
export class BrowsersOffError extends NodeError {
  override readonly name = 'BrowsersOffError'
  readonly kind = 'unsupported'
  constructor() {
    super(
      'The web UI is switched off. Switch it on: fullmesh config set web.on true; fullmesh down; fullmesh up',
    )
  }
}

export const loopback = '127.0.0.1'
