import type { IncomingMessage } from 'node:http'
import { InterruptedError, isErrorKind, NodeError } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'
import { operations } from '../contract/contract.ts'
import type { Operation, OperationName, OperationsThatReply } from '../contract/contract.ts'
import { questionOf } from '../contract/question.ts'
import type { ReplyOf, RequestOf } from '../contract/schemas.ts'

// An import of node:http reads all its exports, one of which loads a web socket client that no command
// needs: four fifths of the time until a command asks its question.
const { request: httpRequest } = process.getBuiltinModule('node:http')

/** Asks the node, over its socket. */
export interface Client {
  call<Name extends OperationsThatReply<'json'>>(
    name: Name,
    request: RequestOf<Name>,
  ): Promise<ReplyOf<Name>>
  /** One value a line; leaving the loop ends the work at the node. */
  stream<Name extends OperationsThatReply<'lines'>>(
    name: Name,
    request: RequestOf<Name>,
  ): AsyncIterable<ReplyOf<Name>>
  bytes<Name extends OperationsThatReply<'bytes'>>(
    name: Name,
    request: RequestOf<Name>,
  ): AsyncIterable<Uint8Array>
}

/** No node answers at the socket. */
export class NodeDownError extends NodeError {
  override readonly name = 'NodeDownError'
  readonly kind = 'offline'
  constructor(cause?: unknown) {
    super('The node is not running. Start it with "fullmesh up".', { cause })
  }
}

/** The node says why it did not do something. `failure` is the name of the node's own error. */
export class FailedError extends NodeError {
  override readonly name = 'FailedError'
  readonly kind: ErrorKind
  readonly failure: string
  constructor(kind: ErrorKind, failure: string, message: string) {
    super(message)
    this.kind = kind
    this.failure = failure
  }
}

/** The node that runs is of another version than this command. */
export class VersionError extends NodeError {
  override readonly name = 'VersionError'
  readonly kind = 'unsupported'
  constructor() {
    super(
      'The node that runs is of another version than this command. Restart it: fullmesh down; fullmesh up',
    )
  }
}

/** Talks to the node at `socketPath`; `signal` ends all that is under way. Rejects with NodeDownError. */
export function openClient(socketPath: string, signal: AbortSignal): Client {
  return {
    call: async (name, request) => {
      const response = await ask(name, request)
      return checked(name, await readJson(response))
    },
    stream: async function* (name, request) {
      const response = await ask(name, request)
      try {
        for await (const line of linesOf(response)) yield checked(name, JSON.parse(line))
      } finally {
        response.destroy()
      }
    },
    bytes: async function* (name, request) {
      const response = await ask(name, request)
      try {
        yield* response as AsyncIterable<Uint8Array>
        if (!response.complete) throw brokenOff()
      } catch (error) {
        throw signal.aborted ? new InterruptedError(error) : brokenOff(error)
      } finally {
        response.destroy()
      }
    },
  }

  async function ask(name: OperationName, request: object): Promise<IncomingMessage> {
    const response = await send(operations[name], request)
    if ((response.statusCode ?? 500) < 400) return response
    throw failureOf(await readJson(response))
  }

  function send(operation: Operation, request: object): Promise<IncomingMessage> {
    const { path, body } = questionOf(operation, request)
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const { method } = operation
    return new Promise((resolve, reject) => {
      const question = httpRequest({ socketPath, method, path, headers, signal, agent: false })
      question.on('response', resolve)
      question.on('error', (error) =>
        reject(signal.aborted ? new InterruptedError(error) : downOr(error)),
      )
      question.end(body)
    })
  }

  async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
    let held = ''
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        const parts = (held + String(chunk)).split('\n')
        held = parts.pop() ?? ''
        yield* parts
      }
    } catch (error) {
      throw signal.aborted ? new InterruptedError(error) : brokenOff(error)
    }
  }
}

/** The node is this user's own and of this version, so its replies are taken by their mark alone. */
function checked<Name extends OperationName>(name: Name, value: unknown): ReplyOf<Name> {
  const schema = field(value, 'schema')
  if (schema === 'fullmesh.failure/1') throw failureOf(value)
  if (schema !== operations[name].schema) throw new VersionError()
  return value as ReplyOf<Name>
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk as Uint8Array))
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new VersionError()
  }
}

function failureOf(value: unknown): NodeError {
  const [kind, name, message] = [
    field(value, 'kind'),
    field(value, 'name'),
    field(value, 'message'),
  ]
  if (kind === undefined || !isErrorKind(kind)) return new VersionError()
  return new FailedError(kind, name ?? '', message ?? '')
}

function field(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1]
  return typeof found === 'string' ? found : undefined
}

function downOr(error: Error): Error {
  const code = 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ECONNREFUSED' ? new NodeDownError(error) : brokenOff(error)
}

function brokenOff(cause?: unknown): NodeDownError {
  return new NodeDownError(cause)
}
