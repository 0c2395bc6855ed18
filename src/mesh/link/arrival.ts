import type { Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { NodeError } from '../../base/errors.ts'
import { GateError, OfflineError } from '../errors.ts'
import { handshakeMs } from '../gate/limits.ts'
import type { ListenOptions, PeerId, TransportParts, Visit } from '../mesh.ts'
import { formatAddress } from '../reach/address.ts'
import { alpn, origin, parseReverseServerName, reverseOffer } from './alpn.ts'
import { Asker } from './asker.ts'
import { Connection } from './connection.ts'
import { HttpLink } from './http-link.ts'
import { provenPeer } from './proof.ts'
import type { Reversals } from './reversals.ts'
import { answeringSession, askingSession, greeted, turnAway } from './sessions.ts'
import { SocketTraffic } from './traffic.ts'

interface ArrivalParts extends TransportParts {
  readonly reversals: Reversals
  readonly onLink: ListenOptions['onLink']
}

/** A connection that came in, until it is a link, the other half of one, or gone. */
export class Arrival {
  readonly #socket: Socket
  readonly #parts: ArrivalParts
  readonly #visit: Visit
  readonly #traffic: SocketTraffic
  readonly #deadline: Disposable

  /** Undefined, and the socket shut, when the gate does not let it in. */
  static of(socket: Socket, parts: ArrivalParts): Arrival | undefined {
    const host = socket.remoteAddress ?? ''
    try {
      return new Arrival(
        socket,
        parts,
        parts.gate.enter(host, () => socket.destroy()),
      )
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      parts.surroundings.log.debug('a connection was refused', { host, reason: error.message })
      socket.resetAndDestroy()
      return undefined
    }
  }

  private constructor(socket: Socket, parts: ArrivalParts, visit: Visit) {
    const { clock, meter } = parts.surroundings
    this.#socket = socket
    this.#parts = parts
    this.#visit = visit
    this.#traffic = new SocketTraffic(socket, meter, socket.remoteAddress ?? '')
    this.#deadline = clock.after(handshakeMs, () => socket.destroy())
    socket.once('close', () => {
      this.#deadline[Symbol.dispose]()
      this.#traffic.settle()
      visit[Symbol.dispose]()
    })
  }

  /** TLS has shaken hands: finds out with whom, and what for. */
  proceed(tls: TLSSocket): void {
    tls.on('error', () => {})
    try {
      const peer = provenPeer(tls)
      this.#visit.prove(peer)
      if (tls.alpnProtocol === alpn.link || tls.alpnProtocol === alpn.tool) this.#link(tls, peer)
      else if (tls.alpnProtocol === alpn.reverse) this.#reverse(tls, peer)
      else tls.destroy()
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      const { log } = this.#parts.surroundings
      log.debug('a link was refused', { host: this.#traffic.peer, reason: error.message })
      if (error instanceof GateError) turnAway(tls)
      else tls.destroy()
    }
  }

  /** The listener closes: what is no link by now will be none. */
  giveUp(): void {
    if (!this.#isLink) this.#socket.destroy()
  }

  #isLink = false

  #link(tls: TLSSocket, peer: PeerId): void {
    const { answer, onLink, reversals, surroundings } = this.#parts
    const session = answeringSession(tls)
    const connection = this.#connection(peer, session)
    const isTool = tls.alpnProtocol === alpn.tool
    const link = new HttpLink({
      peer,
      way: 'direct',
      remote: this.#remote,
      dialled: false,
      answerer: answer,
      connection,
      openAsker: async () => {
        if (isTool) throw new OfflineError(`${peer} is a tool that can't be asked.`)
        const offer = (token: string) => {
          session.altsvc(reverseOffer(token, this.#socket.localPort ?? 0), `https://${origin}`)
        }
        return reversals.expect(peer, offer, connection.ended)
      },
    })
    link.serveOn(connection)
    session.once('remoteSettings', () => {
      this.#settled()
      surroundings.log.debug('a link came in', { peer, remote: this.#remote })
      if (!isTool) onLink(link)
    })
  }

  #reverse(tls: TLSSocket, peer: PeerId): void {
    const { gate, reversals } = this.#parts
    const token = parseReverseServerName(tls.servername)
    if (!reversals.isExpected(token, peer)) return void tls.destroy()
    const session = askingSession(tls, gate.windowBytes)
    const connection = this.#connection(peer, session)
    void this.#joinReversed(token, session, new Asker(connection, gate))
  }

  async #joinReversed(token: string, session: Http2Session, asker: Asker): Promise<void> {
    const { reversals } = this.#parts
    try {
      await greeted(session)
      this.#settled()
      reversals.arrived(token, asker)
    } catch {
      asker.connection.end()
      reversals.broke(token)
    }
  }

  #connection<Session extends Http2Session>(peer: PeerId, session: Session): Connection<Session> {
    const { surroundings } = this.#parts
    return new Connection<Session>({
      peer,
      socket: this.#socket,
      traffic: this.#traffic,
      session,
      visit: this.#visit,
      surroundings,
    })
  }

  /** The far side speaks HTTP/2: the deadline of the handshake is met. */
  #settled(): void {
    this.#isLink = true
    this.#deadline[Symbol.dispose]()
  }

  get #remote(): string {
    const { remoteAddress = '', remotePort = 0 } = this.#socket
    return formatAddress({ host: remoteAddress, port: remotePort })
  }
}
