import { MalformedError } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { OpenAnswer, OpenProof, Scope, ShareId } from '../shares.ts'
import { channelProof } from './channel-proof.ts'
import type { Ends } from './channel-proof.ts'
import { parseDeputyship } from './deputyship.ts'
import { loginNames } from './opaque.ts'
import type { Opaque } from './opaque.ts'
import { parsePassword } from './password.ts'

/** Where a password is shown: a share, and the ends of the link over which it is opened. */
export interface PasswordPlace extends Ends {
  readonly share: ShareId
  readonly owner: PeerId
}

/** The asker's side of a login. */
export interface PasswordProof {
  /** What to send first. */
  readonly start: OpenProof
  /**
   * What to send then: `password-finish`, or `password-failed` if the password fits neither. Takes a quarter of
   * a second of a core for each response. Rejects with MalformedError if the answerer is neither the owner
   * nor one of its deputies: each response would let it test a guess of its own at the password.
   */
  finish(response: Extract<OpenAnswer, { kind: 'password-response' }>): Promise<OpenProof>
}

/** Begins a login. Rejects with MalformedError for a password that can't be one. */
export async function proveWithPassword(
  text: string,
  place: PasswordPlace,
  opaque: Opaque,
): Promise<PasswordProof> {
  const password = parsePassword(text)
  const { request, state } = await opaque.start(password)
  return {
    start: { kind: 'password-start', request },
    async finish({ login, responses, deputyship }) {
      checkAnswerer(place, deputyship)
      for (const scope of scopesAt(place)) {
        const response = responses[scope]
        if (!response) continue
        const names = loginNames(place.share, scope, place.owner)
        const done = await opaque.finish(password, state, names, response)
        if (!done) continue
        const proof = channelProof(done.sessionKey, place, 'fullmesh password')
        return { kind: 'password-finish', login, scope, finish: done.finish, proof }
      }
      return { kind: 'password-failed', login }
    },
  }
}

/** Throws MalformedError for a stranger. A deputyship that has run out still names somebody whom the owner trusted with the record. */
function checkAnswerer(place: PasswordPlace, deputyship: Uint8Array | undefined): void {
  if (place.answerer === place.owner) return
  const { deputy } = parseDeputyship(deputyship ?? new Uint8Array(), place.share)
  if (deputy !== place.answerer) throw new MalformedError('deputyship', 'it is for another peer')
}

/** The wider one first: whoever knows it wants it. A deputy has nothing to do with changing. */
function scopesAt({ answerer, owner }: PasswordPlace): readonly Scope[] {
  return answerer === owner ? ['change', 'read'] : ['read']
}
