import { NodeError } from '../../base/errors.ts'

/** The share asks for a password, and none was given. */
export class PasswordNeededError extends NodeError {
  override readonly name = 'PasswordNeededError'
  readonly kind = 'denied'
  constructor(share: string) {
    super(`"${share}" is protected by a password. Give it, or ask the owner for it.`)
  }
}

/** The share is for those who have its link, or for the owner's contacts, and we are neither. */
export class NotAdmittedError extends NodeError {
  override readonly name = 'NotAdmittedError'
  readonly kind = 'denied'
  readonly needed: 'link' | 'contact'
  constructor(share: string, needed: 'link' | 'contact') {
    super(
      needed === 'link'
        ? `"${share}" is open to those who have its link. Ask the owner for one, and open it with that.`
        : `"${share}" is open to the owner's contacts only. Ask the owner to trust this node.`,
    )
    this.needed = needed
  }
}

/** The password fits, but the far side does not remember that it was being shown one. */
export class LoginLostError extends NodeError {
  override readonly name = 'LoginLostError'
  readonly kind = 'busy'
  constructor() {
    super('The other node was started anew while you were logging in. Try again.')
  }
}

/** A deputy was shown a password that is not the one to read; whether it is the one to change only the owner can tell. */
export class NotReadPasswordError extends NodeError {
  override readonly name = 'NotReadPasswordError'
  readonly kind = 'offline'
  constructor(share: string) {
    super(
      `The owner of "${share}" can't be reached now, and this is not the password to read. If it is the one to change, try again when the owner is there.`,
    )
  }
}

/** A share that this node was never told of. */
export class UnknownShareError extends NodeError {
  override readonly name = 'UnknownShareError'
  readonly kind = 'missing'
  constructor() {
    super(
      'This node does not know that share. Open its link first, or ask its peer what it shares.',
    )
  }
}
