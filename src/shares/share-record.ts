import { MalformedError } from '../base/errors.ts'
import type { Name } from '../content/content.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { PasswordRecords } from './access/password-logins.ts'
import { RevocationsFullError } from './errors.ts'
import { revokedMax } from './head.ts'
import type { ShareKey } from './share-key.ts'
import type { Head, NewShare, Scope, ShareChange, ShareId, ShareSettings } from './shares.ts'

/** A share of this node as it is kept: all that makes it this share, but for its folder's content and its heads. */
export interface ShareRecord {
  readonly id: ShareId
  readonly key: ShareKey
  /** Absolute, on this computer. */
  readonly folder: string
  readonly settings: ShareSettings
  readonly generations: Head['generations']
  /** What a link to it proves to be known. */
  readonly secret: Uint8Array
  readonly passwords: PasswordRecords
  readonly revoked: readonly PeerId[]
}

/** What a change needs beside the change itself: made before, so that the decision is a pure one. */
export interface Fresh {
  readonly name: Name | undefined
  readonly secret: Uint8Array
  readonly passwords: PasswordRecords
}

/**
 * The record after a change. A scope's generation goes up whenever those who had it may not be those who shall:
 * at another rule, a new password, and when the rule `link` is given again. Throws MalformedError for settings
 * that don't fit together, and RevocationsFullError.
 */
export function changedRecord(record: ShareRecord, change: ShareChange, fresh: Fresh): ShareRecord {
  const read = change.read ?? record.settings.read
  const settings: ShareSettings = {
    name: fresh.name ?? record.settings.name,
    read,
    change: change.change ?? record.settings.change,
  }
  const isNewLink = change.read === 'link'
  const raises: Record<Scope, boolean> = {
    read: read !== record.settings.read || isNewLink || fresh.passwords.read !== undefined,
    change: settings.change !== record.settings.change || fresh.passwords.change !== undefined,
  }
  return {
    ...record,
    settings,
    generations: {
      read: record.generations.read + Number(raises.read),
      change: record.generations.change + Number(raises.change),
    },
    secret: raises.read ? fresh.secret : record.secret,
    passwords: {
      ...passwordOf('read', settings, record, fresh),
      ...passwordOf('change', settings, record, fresh),
    },
    revoked: revokedAfter(record.revoked, change),
  }
}

/** The record of a new share. Throws MalformedError for settings that don't fit together. */
export function firstRecord({
  key,
  folder,
  settings,
  fresh,
}: {
  readonly key: ShareKey
  readonly folder: string
  readonly settings: NewShare
  readonly fresh: Fresh & { readonly name: Name }
}): ShareRecord {
  const { read, change } = settings
  const closed: ShareRecord = {
    id: key.id,
    key,
    folder,
    settings: { name: fresh.name, read, change },
    generations: { read: 1, change: 1 },
    secret: fresh.secret,
    passwords: {},
    revoked: [],
  }
  return { ...changedRecord(closed, { read, change }, fresh), generations: closed.generations }
}

/** The scope's password, new or old, if its rule is `password`, and none otherwise. */
function passwordOf(
  scope: Scope,
  settings: ShareSettings,
  record: ShareRecord,
  fresh: Fresh,
): PasswordRecords {
  const given = fresh.passwords[scope]
  if (settings[scope] !== 'password') {
    if (!given) return {}
    throw new MalformedError(
      'settings',
      `there is a ${scope} password, but the rule for it is "${settings[scope]}"`,
    )
  }
  const kept = given ?? record.passwords[scope]
  if (kept) return { [scope]: kept }
  throw new MalformedError('settings', `the rule "password" needs a ${scope} password`)
}

function revokedAfter(revoked: readonly PeerId[], { revoke, admit }: ShareChange): PeerId[] {
  const after = new Set(revoked)
  if (admit) after.delete(admit)
  if (revoke) after.add(revoke)
  if (after.size > revokedMax) throw new RevocationsFullError(revokedMax)
  return [...after]
}
