import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { DriveSite } from './drive-town.ts'

export interface DavAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
  readonly text: string
}

export interface DavQuestion {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Asks a drive as its own user, at a path inside the share; one that starts with a slash is the drive's. */
export async function dav(
  { url, access }: DriveSite,
  method: string,
  path: string,
  { headers = {}, body = '' }: DavQuestion = {},
): Promise<DavAnswer> {
  const authorization = basic(access)
  return ask(new URL(path, url), method, { headers: { authorization, ...headers }, body })
}

/** Asks without a password, unless one is among the headers. */
export function ask(
  url: URL,
  method: string,
  { headers = {}, body = '' }: DavQuestion = {},
): Promise<DavAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname: path } = url
    const asked = httpRequest({ hostname, port, path, method, headers, agent: false })
    asked.on('error', reject)
    asked.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const { statusCode: status = 0, headers: answered } = response
        resolve({ status, headers: answered, bytes, text: bytes.toString('utf8') })
      })
    })
    asked.end(body)
  })
}

export function basic({ user, password }: Pick<DriveSite['access'], 'user' | 'password'>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** The paths that a listing names, as they stand there. */
export function hrefsIn({ text }: DavAnswer): string[] {
  return Array.from(text.matchAll(/<D:href>([^<]*)<\/D:href>/g), ([, href]) => href ?? '')
}

/** Locks, exclusively, and returns the token. */
export async function lockAt(site: DriveSite, path: string): Promise<string> {
  const body =
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>'
  const { headers } = await dav(site, 'LOCK', path, { body, headers: { depth: '0' } })
  return String(headers['lock-token'])
}
