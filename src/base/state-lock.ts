import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { NodeError } from './errors.ts'

/** Another process works on this state. */
export class StateInUseError extends NodeError {
  override readonly name = 'StateInUseError'
  readonly kind = 'busy'
  constructor() {
    super('Another node works on this state already. "fullmesh status" asks it how it is.')
  }
}

/**
 * Keeps other processes from the state until disposed, or until this process ends in whatever way:
 * SQLite's lock is the system's own, so nothing is left behind by one that was killed. Throws StateInUseError.
 */
export function lockState(path: string): Disposable {
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (/locked|busy/i.test((error as Error).message)) throw new StateInUseError()
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}
