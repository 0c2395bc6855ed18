import type { NodeHome } from '../contract/home.ts'
import type { Client } from './client.ts'
import type { Printer } from './printer.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal
  readonly home: NodeHome
  /** Starts the node at the first question, if it does not run. */
  readonly client: Client
  /** The same, but rejects with NodeDownError instead. */
  readonly runningClient: Client
  readonly printer: Printer
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal
  /** Runs the node in this process until it is ended. */
  readonly serve: Serve
}

/** Made in main.ts: doors do not know what a node is made of. */
export type Serve = (home: NodeHome, terminal: Terminal, signal: AbortSignal) => Promise<void>
