import { encodeCbor } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Deputyship, ReadRule, ShareId } from '../shares.ts'
import { parseStatement } from '../statement.ts'
import type { Fields } from '../statement.ts'
import { deputyshipBytesMax, parseDeputyship } from './deputyship.ts'
import type { PasswordRecord } from './opaque.ts'

/**
 * What an owner hands a deputy: the signed statement that it is one, for others to see, and what it takes to
 * tell whom to let in, for its eyes only.
 */
export interface Commission {
  /** As signed. */
  readonly statement: Uint8Array
  readonly deputyship: Deputyship
  readonly admission: Admission
}

/** How a deputy tells who may read. Never `contacts`: whom the owner calls one is its own business. */
export type Admission =
  | { readonly rule: 'everyone' }
  | { readonly rule: 'link'; readonly secret: Uint8Array }
  /** The record of the read password, which the deputy has proved to know; never that of the change password. */
  | { readonly rule: 'password'; readonly kept: PasswordRecord }

/**
 * A commission as it is sent, over the owner's own link, and kept: a CBOR map.
 *     key        type                        meaning
 *     statement  bytes                       the signed deputyship
 *     rule       everyone, link or password  the share's rule for reading
 *     secret     16 bytes                    only for `link`
 *     setup      128 bytes                   only for `password`: what answers for the read scope alone
 *     record     192 bytes                   only for `password`
 * Source: docs/protocols/access.md
 */
export function encodeCommission({
  statement,
  admission,
}: Pick<Commission, 'statement' | 'admission'>): Uint8Array {
  const { rule } = admission
  switch (rule) {
    case 'everyone':
      return encodeCbor({ statement, rule })
    case 'link':
      return encodeCbor({ statement, rule, secret: admission.secret })
    case 'password':
      return encodeCbor({ statement, rule, ...admission.kept })
  }
}

/** Throws MalformedError unless the share's key has signed it for `deputy`. */
export function parseCommission(data: Uint8Array, share: ShareId, deputy: PeerId): Commission {
  const { statement, admission } = parseStatement(data, subject, readCommission, encodeCommission)
  const deputyship = parseDeputyship(statement, share)
  if (deputyship.deputy !== deputy) throw new MalformedError(subject, 'it is for another peer')
  return { statement, deputyship, admission }
}

function readCommission(fields: Fields): Pick<Commission, 'statement' | 'admission'> {
  return {
    statement: fields.bytesUpTo('statement', deputyshipBytesMax),
    admission: readAdmission(fields),
  }
}

function readAdmission(fields: Fields): Admission {
  const rule = fields.word('rule', deputyRules)
  switch (rule) {
    case 'everyone':
      return { rule }
    case 'link':
      return { rule, secret: fields.bytes('secret', linkSecretBytes) }
    case 'password':
      return {
        rule,
        kept: { setup: fields.bytes('setup', 128), record: fields.bytes('record', 192) },
      }
  }
}

/** Of the rule `link`: what the link proves to be known. */
export const linkSecretBytes = 16

const subject = 'commission'
const deputyRules = ['everyone', 'link', 'password'] as const satisfies readonly ReadRule[]
