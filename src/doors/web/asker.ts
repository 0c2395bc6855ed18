import { isErrorKind, NodeError } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'
import { operations } from '../contract/contract.ts'
import type { OperationName, OperationsThatReply } from '../contract/contract.ts'
import { questionOf } from '../contract/question.ts'
import type { ReplyOf, RequestOf } from '../contract/schemas.ts'

/** The node says why it did not do something. `failure` is the name of the node's own error. */
export class RefusedError extends NodeError {
  override readonly name = 'RefusedError'
  readonly kind: ErrorKind
  readonly failure: string
  constructor(kind: ErrorKind, failure: string, message: string) {
    super(message)
    this.kind = kind
    this.failure = failure
  }
}

/** Nobody answers: the node has ended, or is being started again. */
export class AwayError extends NodeError {
  override readonly name = 'AwayError'
  readonly kind = 'offline'
  constructor(cause?: unknown) {
    super('The node does not answer.', { cause })
  }
}

/** Asks the node with the session of this browser. What it refuses rejects with RefusedError. */
export class Asker {
  readonly #session: string

  constructor(session: string) {
    this.#session = session
  }

  async call<Name extends OperationsThatReply<'json'>>(
    name: Name,
    request: RequestOf<Name>,
  ): Promise<ReplyOf<Name>> {
    const response = await this.#send(name, request)
    return (await response.json()) as ReplyOf<Name>
  }

  /** Events, one after the other, until `signal` fires or the node goes. */
  async *events(signal: AbortSignal): AsyncGenerator<ReplyOf<'watchEvents'>> {
    const response = await this.#send('watchEvents', {}, signal)
    let held = ''
    for await (const text of textOf(response)) {
      const parts = (held + text).split('\n\n')
      held = parts.pop() ?? ''
      for (const part of parts) {
        if (part.startsWith('data: ')) yield JSON.parse(part.slice(6)) as ReplyOf<'watchEvents'>
      }
    }
  }

  /** What a search finds, one after the other. */
  async *find(
    request: RequestOf<'findEntries'>,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyOf<'findEntries'>> {
    const response = await this.#send('findEntries', request, signal)
    let held = ''
    for await (const text of textOf(response)) {
      const parts = (held + text).split('\n')
      held = parts.pop() ?? ''
      for (const part of parts) yield JSON.parse(part) as ReplyOf<'findEntries'>
    }
  }

  /** The start of a file, as text; whatever is no text in it is shown as a mark. */
  async text(place: string, bytesMax: number, signal: AbortSignal): Promise<string> {
    const response = await this.#send('readBytes', { place }, signal)
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      text += decoder.decode(chunk, { stream: true })
      if (bytes >= bytesMax) break
    }
    return text
  }

  /** Sends a file's bytes into a directory of a share, and tells how far it is. */
  upload(
    file: File,
    directory: string,
    name: string,
    onProgress: (bytes: number) => void,
  ): Promise<ReplyOf<'putBytes'>> {
    const request = { to: `${directory}/`, name, mtimeMs: file.lastModified }
    const { path } = questionOf(operations.putBytes, request)
    return new Promise((resolve, reject) => {
      // Only this way tells how far the bytes are.
      const asking = new XMLHttpRequest()
      asking.open('PUT', path)
      asking.setRequestHeader('authorization', `Bearer ${this.#session}`)
      asking.setRequestHeader('content-type', 'application/octet-stream')
      asking.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
      asking.addEventListener('error', () => reject(new AwayError()))
      asking.addEventListener('load', () => {
        const value: unknown = JSON.parse(asking.responseText)
        if (asking.status < 400) resolve(value as ReplyOf<'putBytes'>)
        else reject(refusalOf(value))
      })
      asking.send(file)
    })
  }

  async #send(name: OperationName, request: object, signal?: AbortSignal): Promise<Response> {
    const { path, body } = questionOf(operations[name], request)
    const headers = {
      authorization: `Bearer ${this.#session}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const { method } = operations[name]
    const options = { method, headers, ...(body === undefined ? {} : { body }) }
    const response = await fetch(path, signal ? { ...options, signal } : options).catch(
      (cause: unknown) => {
        throw new AwayError(cause)
      },
    )
    if (response.ok) return response
    throw refusalOf(await response.json().catch(() => undefined))
  }
}

/** Changes the code of an address for a session. */
export async function sessionFor(code: string): Promise<string> {
  const response = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  const value: unknown = await response.json()
  if (!response.ok) throw refusalOf(value)
  return fieldOf(value, 'session')
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const read = await reader?.read().catch((cause: unknown) => {
      throw new AwayError(cause)
    })
    if (!read || read.done) return
    yield read.value
  }
}

function refusalOf(value: unknown): NodeError {
  const kind = fieldOf(value, 'kind')
  if (!isErrorKind(kind)) return new AwayError()
  return new RefusedError(kind, fieldOf(value, 'name'), fieldOf(value, 'message'))
}

function fieldOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return ''
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1]
  return typeof found === 'string' ? found : ''
}
