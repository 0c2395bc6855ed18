import type { ServerHttp2Session } from 'node:http2'
import { OfflineError } from '../errors.ts'
import type { Answerer, Link, LinkWay, PeerId, Question, ReceivedAnswer } from '../mesh.ts'
import type { Asker } from './asker.ts'
import type { Connection } from './connection.ts'
import { orStopped } from './send-body.ts'
import { serve } from './serving.ts'

export interface LinkParts {
  readonly peer: PeerId
  readonly way: LinkWay
  readonly remote: string
  readonly dialled: boolean
  readonly answerer: Answerer
  /** The connection that was there first. */
  readonly connection: Connection
  /** Gets the side that asks, which for whoever accepted is the other half of the link. May reject with OfflineError. */
  readonly openAsker: () => Promise<Asker>
}

/**
 * A link over HTTP/2: one connection on which the dialler asks, and, from the first question of the other
 * side on, a second one with the roles reversed. When either ends, the link has ended.
 */
export class HttpLink implements Link {
  readonly peer: PeerId
  readonly way: LinkWay
  readonly remote: string
  readonly dialled: boolean
  readonly ended: Promise<void>
  readonly #parts: LinkParts
  readonly #connections: Connection[] = []
  #asker: Promise<Asker> | undefined
  #isOver = false

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.peer = parts.peer
    this.way = parts.way
    this.remote = parts.remote
    this.dialled = parts.dialled
    this.ended = new Promise((resolve) => {
      void parts.connection.ended.then(resolve)
    })
    this.#join(parts.connection)
  }

  get roundTripMs(): number | undefined {
    return this.#parts.connection.roundTripMs
  }

  async ask(question: Question, signal: AbortSignal): Promise<ReceivedAnswer> {
    if (this.#isOver || !this.#parts.connection.isOpen) throw this.#gone()
    this.#asker ??= this.#openAsker()
    const asker = await orStopped(this.#asker, signal)
    if (!asker.connection.isOpen) throw this.#gone()
    return asker.ask(question, signal)
  }

  /** The far side asks here from now on. */
  serveOn(connection: Connection<ServerHttp2Session>): void {
    this.#join(connection)
    serve(connection, this, this.#parts.answerer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end()
    await Promise.all(this.#connections.map(({ ended }) => ended))
  }

  async #openAsker(): Promise<Asker> {
    try {
      const asker = await this.#parts.openAsker()
      this.#join(asker.connection)
      return asker
    } catch (error) {
      // The next question tries again.
      this.#asker = undefined
      throw error
    }
  }

  #join(connection: Connection): void {
    if (this.#connections.includes(connection)) return
    this.#connections.push(connection)
    void connection.ended.then(() => this.#end())
    if (this.#isOver) connection.end()
  }

  #end(): void {
    this.#isOver = true
    for (const connection of this.#connections) connection.end()
  }

  #gone(): OfflineError {
    return new OfflineError(`The link to ${this.peer} has ended.`)
  }
}
