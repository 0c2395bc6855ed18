import { Hono } from 'hono'
import type { Context } from 'hono'
import { MalformedError, NodeError } from '../../base/errors.ts'
import { apiRoot, operations } from '../contract/contract.ts'
import type { OperationName } from '../contract/contract.ts'
import { schemas } from '../contract/schemas.ts'
import type { CheckedRequestOf } from '../contract/schemas.ts'
import type { Desk } from './api.ts'
import { bytesReply } from './bytes-reply.ts'
import { failureReply } from './failure-reply.ts'
import { bytesHandlers, handlers, intakeHandlers, streamHandlers } from './handlers.ts'
import { readJsonObject } from './request-body.ts'
import { streamReply } from './stream-reply.ts'

/** The path or method means nothing to this version of the node. */
class NoOperationError extends NodeError {
  override readonly name = 'NoOperationError'
  readonly kind = 'unsupported'
  constructor() {
    super('This node has no such operation. It speaks version 1 of the local API: /api/v1.')
  }
}

/** The contract's table as routes. `closing` fires when the door closes, and ends what is under way. */
export function routes(desk: Desk, closing: AbortSignal): Hono {
  const app = new Hono()
  const { log } = desk.surroundings
  app.onError((error) => failureReply(error, log))
  app.notFound(() => failureReply(new NoOperationError(), log))
  app.get(`${apiRoot}/openapi.json`, async (context) => {
    const { openApiDocument } = await import('../contract/openapi.ts')
    return context.json(openApiDocument(desk.node.version))
  })
  for (const name of namesIn(handlers)) route(name, jsonAnswerer(name, handlers[name]))
  for (const name of namesIn(streamHandlers))
    route(name, streamAnswerer(name, streamHandlers[name]))
  for (const name of namesIn(bytesHandlers)) route(name, bytesAnswerer(name, bytesHandlers[name]))
  for (const name of namesIn(intakeHandlers))
    route(name, intakeAnswerer(name, intakeHandlers[name]))
  return app

  function route(name: OperationName, answer: Answerer): void {
    const { method, path } = operations[name]
    app.on(method, apiRoot + path, async (context) => {
      const signal = AbortSignal.any([context.req.raw.signal, closing])
      return answer(await fieldsOf(context), signal, context)
    })
  }

  function jsonAnswerer<Name extends keyof typeof handlers>(
    name: Name,
    handler: (typeof handlers)[Name],
  ): Answerer {
    return async (fields, signal, context) =>
      context.json(await handler(desk, check(name, fields), signal))
  }

  function streamAnswerer<Name extends keyof typeof streamHandlers>(
    name: Name,
    handler: (typeof streamHandlers)[Name],
  ): Answerer {
    return (fields, signal) =>
      streamReply(operations[name].reply, handler(desk, check(name, fields), signal), log)
  }

  function bytesAnswerer<Name extends keyof typeof bytesHandlers>(
    name: Name,
    handler: (typeof bytesHandlers)[Name],
  ): Answerer {
    return async (fields, signal, context) =>
      bytesReply(await handler(desk, check(name, fields), signal), context.req.raw.headers)
  }

  function intakeAnswerer<Name extends keyof typeof intakeHandlers>(
    name: Name,
    handler: (typeof intakeHandlers)[Name],
  ): Answerer {
    return async (fields, signal, context) => {
      const body = context.req.raw.body ?? new Blob([]).stream()
      return context.json(await handler(desk, check(name, fields), body, signal))
    }
  }
}

type Answerer = (
  fields: Record<string, unknown>,
  signal: AbortSignal,
  context: Context,
) => Promise<Response>

/** What came, from wherever the contract puts it. A name in the path wins over one in the body. */
async function fieldsOf(context: Context): Promise<Record<string, unknown>> {
  const { req } = context
  const inPath = req.param()
  const hasBody = req.method === 'POST' || req.method === 'PATCH'
  return { ...(hasBody ? await readJsonObject(context) : req.query()), ...inPath }
}

/** Throws MalformedError that names the field. */
function check<Name extends OperationName>(
  name: Name,
  fields: Record<string, unknown>,
): CheckedRequestOf<Name> {
  const checked = schemas[name].request.safeParse(fields)
  if (checked.success) return checked.data as CheckedRequestOf<Name>
  const [issue] = checked.error.issues
  const field = issue?.path.join('.') ?? ''
  throw new MalformedError(
    'request',
    `${field === '' ? '' : `"${field}": `}${issue?.message ?? ''}`,
  )
}

function namesIn<Table extends object>(table: Table): (keyof Table)[] {
  return Object.keys(table) as (keyof Table)[]
}
