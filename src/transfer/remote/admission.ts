import { errorKind, MalformedError } from '../../base/errors.ts'
import { CorruptError } from '../../content/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { parseCapability, signerOf } from '../../shares/access/capability.ts'
import { proveWithLink } from '../../shares/access/link-proof.ts'
import type { Opaque } from '../../shares/access/opaque.ts'
import { proveWithPassword } from '../../shares/access/password-proof.ts'
import { WrongPasswordError } from '../../shares/errors.ts'
import type { Capability, OpenAnswer, OpenProof } from '../../shares/shares.ts'
import type { Line } from '../wire/asking.ts'
import { askOpen } from '../wire/peer-client.ts'
import {
  LoginLostError,
  NotAdmittedError,
  NotReadPasswordError,
  PasswordNeededError,
} from './errors.ts'
import type { ShareRecord } from './known-shares.ts'

/** What this node can show to be let into a share. */
export interface Credentials {
  readonly record: ShareRecord
  /** This node. */
  readonly asker: PeerId
  /** What it calls itself. */
  readonly askerName: string
  readonly password: string | undefined
  /** This node serves the share in turn, and would admit others while the owner is away. */
  readonly asDeputy: boolean
  readonly opaque: Opaque
}

export interface Admission {
  readonly capability: Capability
  readonly bytes: Uint8Array
  /** A deputy gives no more than reading, whatever the owner has given before. */
  readonly byOwner: boolean
  /** From the owner, when it was asked for. */
  readonly commission: Uint8Array | undefined
}

/**
 * Asks the node at the other end of a line to be let in: as whoever was let in before, else by the link's
 * secret; by the password at once if there is one, since which it is decides the scope.
 * Rejects with PasswordNeededError, NotAdmittedError, WrongPasswordError, or what the far side says.
 */
export async function seekAdmission(
  line: Line,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Admission> {
  const answer = await showAll(line, credentials, signal)
  if (answer.kind === 'granted') return admissionOf(answer, line.link.peer, credentials)
  const { record } = credentials
  if (answer.kind === 'needed' && answer.what !== 'password') {
    throw new NotAdmittedError(record.name, answer.what)
  }
  throw new PasswordNeededError(record.name)
}

async function showAll(
  line: Line,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<OpenAnswer> {
  const { record, password, asker, askerName: callerName } = credentials
  const show = (proof: OpenProof) => askOpen(line, record.id, { proof, callerName }, signal)
  if (password !== undefined) return showPassword(line, credentials, password, show)
  const linkProof =
    record.secret && proveWithLink(record.secret, { asker, answerer: line.link.peer })
  if (linkProof && record.scope === undefined) return show(linkProof)
  const answer = await show(usualProof(line, credentials))
  return answer.kind === 'needed' && answer.what === 'link' && linkProof ? show(linkProof) : answer
}

/** For whoever was let in before. A deputy did not see that, but knows the share's signature. */
function usualProof(line: Line, { record, asDeputy }: Credentials): OpenProof {
  if (line.link.peer === record.owner) return { kind: asDeputy ? 'deputy' : 'none' }
  return record.capability ? { kind: 'renewal', capability: record.capability } : { kind: 'none' }
}

/** A login that was lost on the way, because the other side was started anew, is begun once more. */
async function showPassword(
  line: Line,
  credentials: Credentials,
  password: string,
  show: (proof: OpenProof) => Promise<OpenAnswer>,
): Promise<OpenAnswer> {
  try {
    return await logIn(line, credentials, password, show)
  } catch (error) {
    if (!(error instanceof LoginLostError)) throw error
    return await logIn(line, credentials, password, show)
  }
}

async function logIn(
  line: Line,
  { record, asker, opaque }: Credentials,
  password: string,
  show: (proof: OpenProof) => Promise<OpenAnswer>,
): Promise<OpenAnswer> {
  const { id: share, owner } = record
  const place = { share, owner, asker, answerer: line.link.peer }
  const login = await proveWithPassword(password, place, opaque)
  const response = await show(login.start)
  if (response.kind !== 'password-response') return response
  const proof = await login.finish(response)
  try {
    return await show(proof)
  } catch (error) {
    if (errorKind(error) !== 'denied') throw error
    // Our own side knows better than the answerer's words whether it was the password.
    if (proof.kind !== 'password-failed') throw new LoginLostError()
    throw place.answerer === owner
      ? new WrongPasswordError()
      : new NotReadPasswordError(record.name)
  }
}

/** A capability that is no good is worth less than none: it would be refused everywhere. */
function admissionOf(
  { capability: bytes, deputy: commission }: Extract<OpenAnswer, { kind: 'granted' }>,
  answerer: PeerId,
  { record, asker }: Credentials,
): Admission {
  try {
    const parsed = parseCapability(bytes)
    const { capability } = parsed
    const isOurs = capability.share === record.id && capability.audience === asker
    if (isOurs && signerOf(parsed)) {
      return { capability, bytes, byOwner: answerer === record.owner, commission }
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
  }
  throw new CorruptError('That node has given a capability that is none.')
}
