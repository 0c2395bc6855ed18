import type { DriveDesk } from '../drive.ts'
import { DavError } from '../errors.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions } from '../locks/conditions.ts'
import { openForChange } from './in-share.ts'

/** Lets go of a lock. Source: RFC 4918, section 9.11. */
export async function unlock(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const header = exchange.header('lock-token')?.trim() ?? ''
  if (!header.startsWith('<') || !header.endsWith('>')) {
    throw new DavError(400, 'The request does not say which lock.')
  }
  await using place = await openForChange(desk, exchange, exchange.address)
  await checkConditions(desk, exchange, place.item)
  const { share, path } = place
  const held = desk.locks
    .covering(share.id, path)
    .filter(({ token }) => token === header.slice(1, -1))
  if (held.length === 0) {
    throw new DavError(409, 'It has no such lock.', {
      condition: '<D:lock-token-matches-request-uri/>',
    })
  }
  await desk.locks.remove(held)
  return { status: 204 }
}
