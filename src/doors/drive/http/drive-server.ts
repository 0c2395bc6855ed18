import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorKind, NodeError } from '../../../base/errors.ts'
import type { DriveDesk } from '../drive.ts'
import { DavError } from '../errors.ts'
import { allowed, methods } from '../methods.ts'
import { answer, failureReply } from './answer.ts'
import { Exchange } from './exchange.ts'
import { Gate } from './gate.ts'

/** The drive, answering. Disposing it ends what is under way. */
export interface DriveServer extends AsyncDisposable {
  readonly port: number
}

/** Another program has the port. */
export class DrivePortError extends NodeError {
  override readonly name = 'DrivePortError'
  readonly kind = 'conflict'
  constructor(port: number, cause: unknown) {
    super(`The drive can't listen at port ${port} of this computer.`, { cause })
  }
}

/** Listens at `port` of the loopback interface; 0 takes one that is free. Rejects with DrivePortError. */
export async function openDriveServer(
  desk: DriveDesk,
  { port, password }: { readonly port: number; readonly password: string },
): Promise<DriveServer> {
  const { clock, random } = desk.surroundings
  const closing = new AbortController()
  // A file may take hours to its last byte.
  const server = createServer({ requestTimeout: 0 })
  await listen(server, port)
  const taken = (server.address() as AddressInfo).port
  const gate = new Gate({ password, port: taken }, clock, random)
  const serve = (expects: boolean) => (request: IncomingMessage, response: ServerResponse) =>
    void respond({ desk, gate, request, response, closing: closing.signal, expects })
  server.on('request', serve(false))
  server.on('checkContinue', serve(true))
  return {
    port: taken,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

interface Asked {
  readonly desk: DriveDesk
  readonly gate: Gate
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly closing: AbortSignal
  /** The client waits to be told that its body is wanted. */
  readonly expects: boolean
}

/** Never rejects: what goes wrong is an answer, or, once that has begun, the end of the connection. */
async function respond(asked: Asked): Promise<void> {
  const { desk, request, response } = asked
  const { log } = desk.surroundings
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.on('error', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, asked.closing])
  try {
    const reply = await replyTo(asked, signal).catch((error: unknown) => {
      if (signal.aborted) throw error
      return failureReply(error, log)
    })
    await answer(response, reply, request.method === 'HEAD')
  } catch (error) {
    if (!signal.aborted) {
      if (errorKind(error) === 'bug') log.error('An answer broke off', error)
      else log.info('An answer of the drive broke off', { reason: String(error) })
    }
    response.destroy()
  }
}

async function replyTo({ desk, gate, request, response, expects }: Asked, signal: AbortSignal) {
  gate.demand(request)
  const exchange = new Exchange(request, response, signal, expects)
  const method = methods.get(exchange.method)
  if (method) return method(desk, exchange)
  throw new DavError(405, 'The drive has no such method.', { headers: { allow: allowed } })
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => reject(new DrivePortError(port, error))
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail)
      resolve()
    })
  })
}
