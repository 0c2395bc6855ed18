import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import { DavError } from '../errors.ts'
import { Digest, realm } from './digest.ts'
import { sameText } from './same-text.ts'

type RequestHead = Pick<IncomingMessage, 'headers' | 'method' | 'url'>

/** The name to log in with: there is one, and it is no secret. */
export const driveUser = 'fullmesh'

/**
 * Lets in who knows the drive's password, asks for the drive by an address of this computer, and is no web page:
 * any page that this user visits can make a browser, which may remember the password, send requests here.
 */
export class Gate {
  readonly #password: string
  readonly #hosts: ReadonlySet<string>
  readonly #digest: Digest

  constructor(
    { password, port }: { readonly password: string; readonly port: number },
    clock: Clock,
    random: Random,
  ) {
    this.#password = password
    this.#hosts = new Set(ownHosts.map((host) => `${host}:${port}`))
    this.#digest = new Digest(clock, random)
  }

  /** Throws DavError 421 for a name that is none of this computer's, 403 for a web page, 401 without the password. */
  demand({ headers, method = '', url = '' }: RequestHead): void {
    if (!this.#hosts.has(headers.host?.toLowerCase() ?? '')) {
      throw new DavError(421, 'The drive answers at 127.0.0.1 and localhost only.')
    }
    if (headers.origin !== undefined || !ownSites.has(headers['sec-fetch-site'])) {
      throw new DavError(403, 'The drive is not for web pages.')
    }
    const proof = this.#check(headers.authorization ?? '', method, url)
    if (proof === 'right') return
    const challenges = [this.#digest.challenge(proof === 'stale'), `Basic realm="${realm}"`]
    throw new DavError(401, 'The drive has a password. "fullmesh drive status" shows it.', {
      headers: { 'www-authenticate': challenges.join(', ') },
    })
  }

  #check(header: string, method: string, url: string): 'right' | 'wrong' | 'stale' {
    const scheme = header.slice(0, header.indexOf(' ')).toLowerCase()
    if (scheme === 'digest') {
      return this.#digest.check(header, { method, url }, driveUser, this.#password)
    }
    if (scheme !== 'basic') return 'wrong'
    const given = Buffer.from(header.slice('Basic '.length), 'base64').toString('utf8')
    return sameText(given, `${driveUser}:${this.#password}`) ? 'right' : 'wrong'
  }
}

/** What browsers say of a page of the drive's own, or of an address that was typed; programs say nothing. */
const ownSites: ReadonlySet<unknown> = new Set([undefined, 'none', 'same-origin'])

const ownHosts = ['127.0.0.1', 'localhost']
