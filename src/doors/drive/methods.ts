import type { DriveDesk } from './drive.ts'
import type { Exchange, Reply } from './http/exchange.ts'
import { copy, move } from './methods/copy-move.ts'
import { remove } from './methods/delete.ts'
import { get } from './methods/get.ts'
import { lock } from './methods/lock.ts'
import { makeCollection } from './methods/mkcol.ts'
import { propfind } from './methods/propfind.ts'
import { proppatch } from './methods/proppatch.ts'
import { put } from './methods/put.ts'
import { unlock } from './methods/unlock.ts'

/** Answers one kind of request. What it throws is answered as a failure. */
export type Method = (desk: DriveDesk, exchange: Exchange) => Promise<Reply>

/** What a client can ask for. Source: RFC 9110, section 9; RFC 4918, section 9. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['OPTIONS', options],
  ['GET', get],
  ['HEAD', get],
  ['PUT', put],
  ['DELETE', remove],
  ['MKCOL', makeCollection],
  ['COPY', copy],
  ['MOVE', move],
  ['PROPFIND', propfind],
  ['PROPPATCH', proppatch],
  ['LOCK', lock],
  ['UNLOCK', unlock],
])

export const allowed = [...methods.keys()].join(', ')

/** Windows looks for `MS-Author-Via` before it takes a server for a drive. */
async function options(): Promise<Reply> {
  return {
    status: 200,
    headers: { dav: '1, 2, 3', allow: allowed, 'ms-author-via': 'DAV' },
  }
}
