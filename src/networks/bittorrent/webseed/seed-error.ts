import { NodeError } from '../../../base/errors.ts'

/** A web seed that has not got what was asked for, or says something else. Another source may have it. */
export class WebSeedError extends NodeError {
  override readonly name = 'WebSeedError'
  readonly kind = 'corrupt'
  /** How long it asked to be left alone. */
  readonly retryAfterMs: number | undefined
  constructor(message: string, retryAfterMs?: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}
