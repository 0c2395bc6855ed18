import { NodeError } from '../../../base/errors.ts'

/** A peer said what no peer may say. The connection to it is ended. */
export class ProtocolError extends NodeError {
  override readonly name = 'ProtocolError'
  readonly kind = 'corrupt'
  constructor(detail: string) {
    super(`A BitTorrent peer broke the protocol: ${detail}.`)
  }
}
