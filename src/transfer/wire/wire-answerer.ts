import { failureAnswer } from '../../mesh/link/failure.ts'
import type { Answer, Answerer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import { admit, holdingOf } from './admission.ts'
import { PieceBudget } from './piece-budget.ts'
import { parseRoute, protocolVersions, UnsupportedError } from './routes.ts'
import type { ShareQuestion } from './routes.ts'
import { serveBin } from './serve-bin.ts'
import { serveChanges } from './serve-changes.ts'
import { serveFiles } from './serve-files.ts'
import { serveHead } from './serve-head.ts'
import { serveLayer, serveLeaves } from './serve-layer.ts'
import { serveNode } from './serve-node.ts'
import { serveOfferBytes, serveOfferLayer } from './serve-offer.ts'
import { serveOpen } from './serve-open.ts'
import { servePages } from './serve-pages.ts'
import { serveShare } from './serve-share.ts'
import { serveSmall } from './serve-small.ts'
import { serveWatch } from './serve-watch.ts'
import { Watchers } from './watchers.ts'
import type { Counter, WireParts } from './wire.ts'

/** The answerer of the peer protocol: finds out what is asked, and whether this peer may, before anything is done. */
export function wireAnswerer(parts: WireParts): Answerer {
  const counter: Counter = { ...parts, budget: new PieceBudget(), watchers: new Watchers() }
  return async (question) => {
    try {
      return await answer(counter, question)
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error
      const failure = failureAnswer(error)
      const versions = { 'fullmesh-versions': protocolVersions.join(', ') }
      return { ...failure, headers: { ...failure.headers, ...versions } }
    }
  }
}

async function answer(counter: Counter, question: ReceivedQuestion): Promise<Answer> {
  const route = parseRoute(question.method, question.path)
  switch (route.to) {
    case 'node':
      return serveNode(counter, question)
    case 'offer-layer':
      return serveOfferLayer(counter, route.offer, question)
    case 'offer-bytes':
      return serveOfferBytes(counter, route.offer, question)
    case 'file': {
      const holding = holdingOf(counter.holdings(), route.share)
      admit(holding, question, 'read')
      return serveFiles(counter, holding, route.path, question)
    }
    default:
      return answerAboutShare(counter, route.to, route.share, question)
  }
}

async function answerAboutShare(
  counter: Counter,
  to: ShareQuestion,
  share: ShareId,
  question: ReceivedQuestion,
): Promise<Answer> {
  const holding = holdingOf(counter.holdings(), share)
  if (to === 'share') return serveShare(holding, question)
  if (to === 'open') return serveOpen(counter, holding, question)
  admit(holding, question, 'read')
  switch (to) {
    case 'head':
      return serveHead(holding)
    case 'pages':
      return servePages(counter, holding, question)
    case 'small':
      return serveSmall(counter, holding, question)
    case 'layer':
      return serveLayer(counter, holding, question)
    case 'leaves':
      return serveLeaves(counter, holding, question)
    case 'watch':
      return serveWatch(counter, holding, question)
    case 'changes':
      return serveChanges(counter, holding, question)
    case 'bin':
      return serveBin(counter, holding, question)
  }
}
