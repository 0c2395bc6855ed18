import { MalformedError } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Scope, ShareId, SharePasswords } from '../shares.ts'
import { loginNames } from './opaque.ts'
import type { LoginNames, Opaque, PasswordRecord } from './opaque.ts'
import type { PasswordRecords } from './password-logins.ts'
import { parsePassword } from './password.ts'

/** Where passwords are set: the share, its owner, and what is kept of those that it has. */
export interface PasswordSetting {
  readonly share: ShareId
  readonly owner: PeerId
  readonly kept: PasswordRecords
}

/**
 * The records of new passwords. Rejects with MalformedError for one that can't be used, and if both scopes would
 * have the same: whoever was given it to read could change.
 */
export async function registerPasswords(
  passwords: SharePasswords,
  { share, owner, kept }: PasswordSetting,
  opaque: Opaque,
): Promise<PasswordRecords> {
  const given = new Map<Scope, string>()
  for (const scope of scopes) {
    const text = passwords[scope]
    if (text !== undefined) given.set(scope, parsePassword(text))
  }
  const registered: Partial<Record<Scope, PasswordRecord>> = {}
  for (const [scope, password] of given) {
    const other = scope === 'read' ? 'change' : 'read'
    const otherGiven = given.get(other)
    const otherKept = kept[other]
    const isSame =
      otherGiven !== undefined
        ? otherGiven === password
        : otherKept && (await fits(password, otherKept, loginNames(share, other, owner), opaque))
    if (isSame) {
      throw new MalformedError('password', 'read and change password of a share must differ')
    }
    registered[scope] = await opaque.register(password, loginNames(share, scope, owner))
  }
  return registered
}

/** Whether this is the password of a record: both sides of a login, played alone. */
async function fits(
  password: string,
  kept: PasswordRecord,
  names: LoginNames,
  opaque: Opaque,
): Promise<boolean> {
  const { request, state } = await opaque.start(password)
  const { response } = await opaque.respond(kept, names, request)
  return (await opaque.finish(password, state, names, response)) !== undefined
}

const scopes: readonly Scope[] = ['read', 'change']
