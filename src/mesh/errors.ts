import { NodeError } from '../base/errors.ts'
import type { PeerId } from './mesh.ts'

/** No link to the peer can be had now. */
export class OfflineError extends NodeError {
  override readonly name = 'OfflineError'
  readonly kind = 'offline'
}

/** Whoever answered at an address proved to be somebody else. */
export class WrongPeerError extends NodeError {
  override readonly name = 'WrongPeerError'
  readonly kind = 'offline'
  readonly expected: PeerId
  readonly found: PeerId
  constructor(expected: PeerId, found: PeerId) {
    super(
      `Another node answers at this address: ${found} instead of ${expected}. Ask for a new link.`,
    )
    this.expected = expected
    this.found = found
  }
}

/** A peer or an address asks for more than one of its kind may. */
export class GateError extends NodeError {
  override readonly name: string = 'GateError'
  readonly kind = 'limit'
}

/** It went on after it was told so often enough: its connection is to be ended. */
export class ExpelledError extends GateError {
  override readonly name = 'ExpelledError'
}

/** An address that must not be dialled on the word of whoever named it. */
export class ForbiddenAddressError extends NodeError {
  override readonly name = 'ForbiddenAddressError'
  readonly kind = 'denied'
}

/** The user has blocked this peer: it is neither dialled nor answered. */
export class BlockedPeerError extends NodeError {
  override readonly name = 'BlockedPeerError'
  readonly kind = 'denied'
}
