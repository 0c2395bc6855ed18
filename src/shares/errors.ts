import { NodeError } from '../base/errors.ts'
import { durationInWords } from './duration.ts'

/** Neither password of the share fits. Never says which of the two came close. */
export class WrongPasswordError extends NodeError {
  override readonly name = 'WrongPasswordError'
  readonly kind = 'denied'
  constructor() {
    super('This is neither password of the share. Check it, or ask the owner.')
  }
}

/** Too many passwords were tried, by this peer or by all together. */
export class GuessLimitError extends NodeError {
  override readonly name = 'GuessLimitError'
  readonly kind = 'limit'
  readonly waitMs: number
  constructor(waitMs: number) {
    super(`Too many passwords were tried on this share. Try again in ${durationInWords(waitMs)}.`)
    this.waitMs = waitMs
  }
}

/** The share's rules do not let this peer do that. */
export class DeniedError extends NodeError {
  override readonly name = 'DeniedError'
  readonly kind = 'denied'
}

/** What is wrong with a capability that was shown. */
export type CapabilityFault =
  | 'malformed'
  | 'wrong-share'
  | 'bad-signature'
  | 'wrong-audience'
  | 'too-long'
  | 'not-yet'
  | 'expired'
  | 'old-generation'
  | 'revoked'
  | 'small-scope'

/** A capability that does not give what is asked for; `fault` says which check failed. */
export class CapabilityError extends NodeError {
  override readonly name = 'CapabilityError'
  readonly kind = 'denied'
  readonly fault: CapabilityFault
  constructor(fault: CapabilityFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.fault = fault
  }
}

/** What came as a share's head is none: somebody on the way is broken, or lies. */
export class HeadError extends NodeError {
  override readonly name = 'HeadError'
  readonly kind = 'corrupt'
  constructor(detail: string, cause?: unknown) {
    super(`What came as the newest state of this share is refused: ${detail}.`, { cause })
  }
}

/** A head that is older than one seen before: somebody holds back what is new, or the owner's node was restored from a backup. */
export class RollbackError extends NodeError {
  override readonly name = 'RollbackError'
  readonly kind = 'corrupt'
  readonly pinnedSequence: number
  readonly sequence: number
  constructor(pinnedSequence: number, sequence: number) {
    super(
      `This is state ${sequence} of the share, but this computer has seen state ${pinnedSequence}. ` +
        'It is ignored; if the owner restored a backup, ask for a new link.',
    )
    this.pinnedSequence = pinnedSequence
    this.sequence = sequence
  }
}

/** Two different heads stand at one place of a share's history: its key is in use twice. An alarm, for people. */
export class ForkError extends NodeError {
  override readonly name = 'ForkError'
  readonly kind = 'corrupt'
  readonly sequence: number
  constructor(sequence: number) {
    super(
      `There are two different states ${sequence} of this share, both signed by its owner. ` +
        'The share runs on two computers, or somebody has its key: ask the owner before you go on.',
    )
    this.sequence = sequence
  }
}

/** The folder, or the name, is in use by another share of this node. */
export class ShareExistsError extends NodeError {
  override readonly name = 'ShareExistsError'
  readonly kind = 'conflict'
}

/** As many peers are shut out of a share by name as its head can list. */
export class RevocationsFullError extends NodeError {
  override readonly name = 'RevocationsFullError'
  readonly kind = 'limit'
  constructor(most: number) {
    super(
      `${most} peers are shut out of this share already. Change its password, link or rule instead: that shuts out everybody who does not get the new one.`,
    )
  }
}
