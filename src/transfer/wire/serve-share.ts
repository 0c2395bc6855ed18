import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { missingShare } from './admission.ts'
import { cborAnswer } from './cbor-answer.ts'
import { encodeShareListing } from './share-listing.ts'

/**
 * `GET /1/shares/:share`: what it takes to open the share. Whoever knows its id has a link or was told, but
 * a share for contacts is nobody else's business.
 */
export function serveShare(holding: Holding, question: ReceivedQuestion): Answer {
  if (holding.read === 'contacts' && !holding.isShownTo(question.peer)) throw missingShare()
  const { name, owner, read, change } = holding
  return cborAnswer(encodeShareListing({ name, owner, read, change }))
}
