import { encodeCbor } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'
import { peerIdBytes, peerIdOf } from '../../mesh/identity/peer-id.ts'
import { shareIdBytes, shareIdOf } from '../share-id.ts'
import { isSignedByShare } from '../share-key.ts'
import type { ShareKey } from '../share-key.ts'
import type { Deputyship, ShareId } from '../shares.ts'
import { encodeSealed, parseSealed, parseStatement } from '../statement.ts'
import type { Fields } from '../statement.ts'

export function signDeputyship(deputyship: Deputyship, key: ShareKey): Uint8Array {
  const statement = encodeDeputyship(deputyship)
  const signature = key.sign(deputyshipDomain, statement)
  return encodeSealed({ statement, signature, authority: undefined })
}

/** Reads a deputyship of `share`. Throws MalformedError unless its form is right and the share's key has signed it. */
export function parseDeputyship(data: Uint8Array, share: ShareId): Deputyship {
  const sealed = parseSealed(data, 'deputyship', deputyshipBytesMax)
  const deputyship = parseStatement(sealed.statement, 'deputyship', deputyshipOf, encodeDeputyship)
  if (deputyship.share !== share) {
    throw new MalformedError('deputyship', 'it belongs to another share')
  }
  const isSigned = isSignedByShare(share, deputyshipDomain, sealed.statement, sealed.signature)
  if (!isSigned || sealed.authority) {
    throw new MalformedError('deputyship', "the share's key has not signed it")
  }
  return deputyship
}

/**
 * The statement of a deputyship, a CBOR map.
 *     key         type      meaning
 *     share       32 bytes  the share's public key
 *     deputy      32 bytes  who may let readers in
 *     generation  from 1    that of the read scope; a higher one in the head ends it
 *     expires     ms        by the owner's clock
 *     guesses     from 0    passwords that may be tried at this deputy in a day
 * Source: docs/protocols/access.md
 */
function encodeDeputyship(deputyship: Deputyship): Uint8Array {
  return encodeCbor({
    share: shareIdBytes(deputyship.share),
    deputy: peerIdBytes(deputyship.deputy),
    generation: deputyship.generation,
    expires: deputyship.expiresMs,
    guesses: deputyship.guessesPerDay,
  })
}

function deputyshipOf(fields: Fields): Deputyship {
  return {
    share: shareIdOf(fields.bytes('share', 32)),
    deputy: peerIdOf(fields.bytes('deputy', 32)),
    generation: fields.count('generation', 1),
    expiresMs: fields.count('expires'),
    guessesPerDay: fields.count('guesses'),
  }
}

const deputyshipDomain = 'fullmesh deputyship 1'
export const deputyshipBytesMax = 512
