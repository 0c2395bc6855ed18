import { MalformedError } from '../../base/errors.ts'
import type { ChangeRule, ReadRule, SharePasswords, ShareSettings } from '../../shares/shares.ts'

interface Rules {
  readonly read: ReadRule | undefined
  readonly change: ChangeRule | undefined
}

/**
 * The passwords for these rules. Throws MalformedError when a rule lacks its password, a password its
 * rule, or when both are the same: which of them is typed decides what may be done.
 */
export function checkPasswords(
  rules: Rules,
  read: string | undefined,
  change: string | undefined,
  before?: ShareSettings,
): SharePasswords {
  demandPair('read', rules.read === 'password', read, before?.read === 'password')
  demandPair('change', rules.change === 'password', change, before?.change === 'password')
  if (read !== undefined && read === change) {
    throw new MalformedError(
      'pair of passwords',
      'they are the same, and which one is typed decides what may be done',
    )
  }
  return { ...(read === undefined ? {} : { read }), ...(change === undefined ? {} : { change }) }
}

function demandPair(
  scope: 'read' | 'change',
  byPassword: boolean,
  password: string | undefined,
  hadPassword: boolean,
): void {
  if (byPassword && password === undefined && !hadPassword) {
    throw new MalformedError(`${scope} rule`, 'it is "password", and no password came with it')
  }
  if (!byPassword && password !== undefined) {
    throw new MalformedError(`${scope} password`, `the ${scope} rule says something else`)
  }
}
