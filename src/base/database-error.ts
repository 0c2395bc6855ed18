import { NodeError } from './errors.ts'

/** The file can't be opened or a statement failed; the message carries SQLite's own. */
export class DatabaseError extends NodeError {
  override readonly name = 'DatabaseError'
  readonly kind: 'full' | 'bug'
  constructor(detail: string) {
    super(`The node's database failed: ${detail}.`)
    this.kind = /disk is full|disk I\/O error/.test(detail) ? 'full' : 'bug'
  }
}
