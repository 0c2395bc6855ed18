import { sha256, toHex } from '../../base/bytes.ts'
import { MissingError } from '../../base/errors.ts'
import type { Answer } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { cborAnswer } from './cbor-answer.ts'

/** `GET …/head`: the newest signed head. */
export function serveHead(holding: Holding): Answer {
  const head = holding.head()
  if (!head) throw new MissingError('This share is still being indexed. Try again in a moment.')
  return cborAnswer(head.bytes, { etag: `"${toHex(sha256(head.bytes))}"` })
}
