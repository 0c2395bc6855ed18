import { errorKinds, NodeError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Failure } from '../contract/failure.ts'

/** What went wrong, as the asker is told. What is no NodeError is a bug: logged whole, told in short. */
export function failureOf(error: unknown, log: Log): Failure {
  if (error instanceof NodeError) {
    const { kind, name, message } = error
    return { schema: 'fullmesh.failure/1', kind, name, message }
  }
  log.error('An operation of the local API failed by a bug', error)
  return {
    schema: 'fullmesh.failure/1',
    kind: 'bug',
    name: 'Bug',
    message: 'The node failed by a fault of its own. Its log has the details; please report it.',
  }
}

export function failureReply(error: unknown, log: Log): Response {
  const failure = failureOf(error, log)
  return Response.json(failure, { status: errorKinds[failure.kind].http })
}
