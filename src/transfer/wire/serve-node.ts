import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding, OfferedShare } from '../transfer.ts'
import { cborAnswer } from './cbor-answer.ts'
import { encodeNodeListing } from './node-listing.ts'
import type { Counter } from './wire.ts'

/** `GET /1/node`: who this is, and the shares that the asker may know of. */
export function serveNode(counter: Counter, question: ReceivedQuestion): Answer {
  const shown = counter.holdings().filter((holding) => holding.isShownTo(question.peer))
  const byShare = new Map(shown.map((holding) => [holding.share, listed(holding)]))
  return cborAnswer(encodeNodeListing({ name: counter.nodeName(), shares: [...byShare.values()] }))
}

function listed(holding: Holding): OfferedShare {
  const { share, owner, name, read, change } = holding
  const { files, bytes } = holding.head()?.head.summary ?? { files: 0, bytes: 0 }
  return { id: share, owner, name, read, change, files, bytes }
}
