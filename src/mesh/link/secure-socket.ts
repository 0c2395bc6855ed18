import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { Surroundings } from '../../base/base.ts'
import { OfflineError } from '../errors.ts'
import { handshakeMs } from '../gate/limits.ts'
import type { Address, PeerId } from '../mesh.ts'
import { formatAddress } from '../reach/address.ts'
import { provenPeer } from './proof.ts'
import { orStopped } from './send-body.ts'
import { SocketTraffic } from './traffic.ts'

/** A TLS connection whose far side has proved who it is. */
export interface SecureSocket {
  readonly peer: PeerId
  readonly tls: TLSSocket
  /** What carries the bytes, below TLS. */
  readonly socket: Socket
  readonly traffic: SocketTraffic
}

export interface SecureDial {
  readonly address: Address
  readonly context: SecureContext
  readonly protocol: string
  /** Sent in the clear: never says who is meant. */
  readonly serverName: string | undefined
  readonly surroundings: Surroundings
}

/** Dials and shakes hands. Rejects with OfflineError, also when it takes too long, or with InterruptedError. */
export async function dialSecure(dial: SecureDial, signal: AbortSignal): Promise<SecureSocket> {
  const { address, surroundings } = dial
  const socket = connectTcp({ ...address, noDelay: true, keepAlive: true })
  const traffic = new SocketTraffic(socket, surroundings.meter, address.host)
  socket.on('error', () => {})
  socket.once('close', () => traffic.settle())
  using _ = surroundings.clock.after(handshakeMs, () => {
    socket.destroy(new Error(`no answer within ${handshakeMs} ms`))
  })
  try {
    await orStopped(event(socket, 'connect'), signal)
    const tls = connectTls({
      socket,
      secureContext: dial.context,
      ALPNProtocols: [dial.protocol],
      // Nobody vouches for a peer: provenPeer looks at its key instead.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(dial.serverName === undefined ? {} : { servername: dial.serverName }),
    })
    tls.on('error', () => {})
    await orStopped(event(tls, 'secureConnect'), signal)
    if (tls.alpnProtocol !== dial.protocol) throw new OfflineError('It speaks another protocol.')
    return { peer: provenPeer(tls), tls, socket, traffic }
  } catch (error) {
    socket.destroy()
    if (signal.aborted) throw error
    throw offline(address, error)
  }
}

function offline(address: Address, cause: unknown): OfflineError {
  const place = formatAddress(address)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const why = {
    ECONNREFUSED: `Nothing listens at ${place}.`,
    ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: `What answers at ${place} is no node of ours, or of another version.`,
  }[code]
  return new OfflineError(why ?? `No link could be made to ${place}.`, { cause })
}

/** Resolves at the event; rejects when the socket fails or closes first. */
function event(socket: Socket, name: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      socket.off(name, onEvent).off('error', settle).off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    const onEvent = () => settle()
    const onClose = () => settle(new Error('the connection was closed'))
    socket.once(name, onEvent).once('error', settle).once('close', onClose)
  })
}
