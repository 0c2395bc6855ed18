import type { SecureContext } from 'node:tls'
import { errorKind } from '../../base/errors.ts'
import { WrongPeerError } from '../errors.ts'
import type { Address, Link, LinkWay, PeerId, TransportParts, Visit } from '../mesh.ts'
import { formatAddress } from '../reach/address.ts'
import { alpn, parseReverseOffer, reverseServerName } from './alpn.ts'
import { Asker } from './asker.ts'
import { Connection } from './connection.ts'
import { HttpLink } from './http-link.ts'
import { dialSecure } from './secure-socket.ts'
import type { SecureSocket } from './secure-socket.ts'
import { orStopped } from './send-body.ts'
import { answeringSession, askingSession, greeted } from './sessions.ts'

export interface Dial {
  readonly parts: TransportParts
  readonly context: SecureContext
  readonly address: Address
  readonly expected: PeerId
  readonly way: LinkWay
}

/** Makes a link to `expected`. Rejects with OfflineError, WrongPeerError, GateError or InterruptedError. */
export async function dialLink(dial: Dial, signal: AbortSignal): Promise<Link> {
  const { parts, address, way } = dial
  const { secure, visit } = await dialPeer(dial, alpn.link, undefined, signal)
  const session = askingSession(secure.tls, parts.gate.windowBytes)
  const { surroundings } = parts
  const connection = new Connection({ ...secure, session, visit, surroundings })
  const asker = new Asker(connection, parts.gate)
  const link = new HttpLink({
    peer: secure.peer,
    way,
    remote: formatAddress(address),
    dialled: true,
    answerer: parts.answer,
    connection,
    openAsker: () => Promise.resolve(asker),
  })
  const reversing = new Reversing(dial, link)
  session.on('altsvc', (offer: string) => reversing.offered(offer))
  try {
    await orStopped(greeted(session), signal)
    return link
  } catch (error) {
    connection.end()
    throw error
  }
}

/** Opens the other half of one dialled link, once the far side wants to ask. */
class Reversing {
  readonly #dial: Dial
  readonly #link: HttpLink
  readonly #ended = new AbortController()
  #attemptsLeft = attemptsMax
  #isBusy = false

  constructor(dial: Dial, link: HttpLink) {
    this.#dial = dial
    this.#link = link
    void link.ended.then(() => this.#ended.abort())
  }

  /** The far side sent the value of an ALTSVC frame. */
  offered(offer: string): void {
    const token = parseReverseOffer(offer)
    if (token === undefined || this.#isBusy || this.#attemptsLeft === 0) return
    this.#isBusy = true
    this.#attemptsLeft--
    this.#open(token).catch((error: unknown) => {
      this.#isBusy = false
      const { log } = this.#dial.parts.surroundings
      const { peer } = this.#link
      if (errorKind(error) === 'bug') log.error('a link could not be reversed', error, { peer })
      else log.debug('a link could not be reversed', { peer, reason: String(error) })
    })
  }

  async #open(token: string): Promise<void> {
    const { surroundings } = this.#dial.parts
    const { secure, visit } = await dialPeer(
      this.#dial,
      alpn.reverse,
      reverseServerName(token),
      this.#ended.signal,
    )
    const session = answeringSession(secure.tls)
    this.#link.serveOn(new Connection({ ...secure, session, visit, surroundings }))
  }
}

/** One is enough unless the line breaks in between; a far side can't make this one dial for ever. */
const attemptsMax = 5

async function dialPeer(
  { parts, context, address, expected }: Dial,
  protocol: string,
  serverName: string | undefined,
  signal: AbortSignal,
): Promise<{ secure: SecureSocket; visit: Visit }> {
  const { gate, surroundings } = parts
  const visit = gate.leave(address.host)
  try {
    const secure = await dialSecure(
      { address, context, protocol, serverName, surroundings },
      signal,
    )
    try {
      if (secure.peer !== expected) throw new WrongPeerError(expected, secure.peer)
      visit.prove(secure.peer)
      return { secure, visit }
    } catch (error) {
      secure.tls.destroy()
      throw error
    }
  } catch (error) {
    visit[Symbol.dispose]()
    throw error
  }
}
