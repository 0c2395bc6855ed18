import { MalformedError } from '../../base/errors.ts'
import type { Link } from '../mesh.ts'
import { parseAddress } from './address.ts'
import { parseIp } from './ip.ts'
import type { Ip } from './ip.ts'

/** The IP address at the far end of a link, which transports give with or without its port. */
export function remoteIp({ remote }: Pick<Link, 'remote'>): Ip | undefined {
  return parseIp(remote) ?? parseIp(hostOf(remote))
}

function hostOf(remote: string): string {
  try {
    return parseAddress(remote, 'peer').host
  } catch (error) {
    if (error instanceof MalformedError) return ''
    throw error
  }
}
