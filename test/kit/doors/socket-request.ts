import { request } from 'node:http'

export interface SocketAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** The body, or nothing if it is no JSON. */
  readonly json: object
}

/** Asks over a unix socket in plain HTTP, as any program might. */
export function ask(
  { socketPath }: { readonly socketPath: string },
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath, method, path, headers, agent: false })
    question.on('error', reject)
    question.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('error', reject)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('close', () => {
        const whole = Buffer.concat(chunks)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          json: objectOf(whole.toString()),
        })
      })
    })
    question.end(body)
  })
}

function objectOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
