import type { ClientHttp2Session } from 'node:http2'
import type { Gate, Question, ReceivedAnswer } from '../mesh.ts'
import { askOn } from './asking.ts'
import type { Connection } from './connection.ts'
import { askingSettings } from './session-options.ts'

/**
 * The asking side of a connection. Keeps the far side told how much of an answer it may send ahead, which
 * shrinks for all links when this node has many questions open.
 */
export class Asker {
  readonly connection: Connection<ClientHttp2Session>
  readonly #gate: Gate
  #toldBytes: number
  #isTelling = false

  constructor(connection: Connection<ClientHttp2Session>, gate: Gate) {
    this.connection = connection
    this.#gate = gate
    this.#toldBytes = gate.windowBytes
    const following = gate.windowChanged.subscribe(() => {
      if (connection.openAsks > 0) this.#tellWindow()
    })
    void connection.ended.then(() => following[Symbol.dispose]())
  }

  ask(question: Question, signal: AbortSignal): Promise<ReceivedAnswer> {
    this.#tellWindow()
    return askOn(this.connection, question, signal)
  }

  #tellWindow(): void {
    const { connection } = this
    const { windowBytes } = this.#gate
    if (this.#isTelling || windowBytes === this.#toldBytes || !connection.isOpen) return
    this.#isTelling = true
    this.#toldBytes = windowBytes
    connection.session.settings(askingSettings(windowBytes), () => {
      this.#isTelling = false
      this.#tellWindow()
    })
  }
}
