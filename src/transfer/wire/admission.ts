import { fromBase64Url, toBase64Url } from '../../base/bytes.ts'
import { MissingError } from '../../base/errors.ts'
import type { ReceivedQuestion } from '../../mesh/mesh.ts'
import { CapabilityError } from '../../shares/errors.ts'
import type { Capability, Scope, ShareId } from '../../shares/shares.ts'
import type { Holding } from '../transfer.ts'

/** What this node serves of a share: the one that has all of it, if several do. Throws MissingError. */
export function holdingOf(holdings: readonly Holding[], share: ShareId): Holding {
  const ofShare = holdings.filter((holding) => holding.share === share)
  const holding = ofShare.find((one) => one.whole()) ?? ofShare[0]
  if (!holding) throw missingShare()
  return holding
}

/** The same words whether there is none or the asker may not know. */
export function missingShare(): MissingError {
  return new MissingError('That node has no such share, or it is not for you. Ask its owner.')
}

/** Checks the capability that came with a question about a share. Throws CapabilityError. */
export function admit(holding: Holding, question: ReceivedQuestion, needed: Scope): Capability {
  return holding.check(shownCapability(question), question.peer, needed)
}

export function capabilityField(capability: Uint8Array): Readonly<Record<string, string>> {
  return { [fieldName]: toBase64Url(capability) }
}

function shownCapability(question: ReceivedQuestion): Uint8Array {
  const bytes = fromBase64Url(question.headers[fieldName] ?? '')
  if (!bytes || bytes.length === 0) {
    throw new CapabilityError(
      'malformed',
      'This question came without a capability. Open the share first.',
    )
  }
  return bytes
}

const fieldName = 'fullmesh-capability'
