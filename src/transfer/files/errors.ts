import { NodeError } from '../../base/errors.ts'

/** The scope that is held does not let anybody change. */
export class ReadOnlyError extends NodeError {
  override readonly name = 'ReadOnlyError'
  readonly kind = 'denied'
  constructor(share: string, owner: string) {
    super(`You may read "${share}", not change it. Ask ${owner} for the change password.`)
  }
}

/** The scope is there, but only the owner takes changes, and it is away. */
export class OwnerAwayError extends NodeError {
  override readonly name = 'OwnerAwayError'
  readonly kind = 'offline'
  constructor(share: string, owner: string) {
    super(
      `${owner} can't be reached now, and only there "${share}" can be changed. Try again later.`,
    )
  }
}
