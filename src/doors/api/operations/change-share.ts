import type { ShareChange } from '../../../shares/shares.ts'
import type { Handler } from '../api.ts'
import { checkPasswords } from '../passwords.ts'
import { parsePeer } from '../people.ts'
import { ownShare } from '../place.ts'
import { shareView } from '../views.ts'

export const changeShare: Handler<'changeShare'> = async (desk, request) => {
  const { readPassword, changePassword, name, revoke, admit, acceptLosses } = request
  const { id, settings } = ownShare(desk, request.share)
  const read = request.read ?? (readPassword === undefined ? undefined : 'password')
  const change = request.change ?? (changePassword === undefined ? undefined : 'password')
  const wanted: ShareChange = {
    ...(name === undefined ? {} : { name }),
    ...(read === undefined ? {} : { read }),
    ...(change === undefined ? {} : { change }),
    ...(revoke === undefined ? {} : { revoke: parsePeer(desk, revoke) }),
    ...(admit === undefined ? {} : { admit: parsePeer(desk, admit) }),
    ...(acceptLosses === undefined ? {} : { acceptLosses }),
    passwords: checkPasswords({ read, change }, readPassword, changePassword, settings),
  }
  return shareView(await desk.shares.change(id, wanted))
}
