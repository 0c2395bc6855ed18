import type { SharePath } from '../../../content/content.ts'
import { isWithin } from '../../../content/names.ts'
import type { ShareId } from '../../../shares/shares.ts'
import { hrefOf } from '../http/address.ts'
import { xmlText } from '../xml/write-xml.ts'

/** A write lock: who does not show its token changes nothing that it covers. Source: RFC 4918, sections 6 and 7. */
export interface Lock extends LockWish {
  /** A URI: `urn:uuid:` and a random one. */
  readonly token: string
  /** By the wall: a lock outlives a restart. */
  readonly untilMs: number
}

export interface LockWish {
  readonly share: ShareId
  readonly path: SharePath
  readonly depth: LockDepth
  readonly scope: LockScope
  /** XML in no namespace around it, as whoever locked wrote it; empty for none. */
  readonly owner: string
}

export type LockDepth = '0' | 'infinity'
export type LockScope = 'exclusive' | 'shared'

/** Whether what stands at `path`, or would, is under the lock. */
export function covers(lock: Lock, path: SharePath): boolean {
  return lock.path === path || (lock.depth === 'infinity' && isWithin(path, lock.path))
}

/** The lock as a client is told of it, below `D:lockdiscovery`. */
export function activeLock(lock: Lock, share: readonly string[], nowMs: number): string {
  const { scope, depth, owner, token, path } = lock
  const names = path === '' ? share : [...share, ...path.split('/')]
  const seconds = Math.max(0, Math.ceil((lock.untilMs - nowMs) / 1000))
  return [
    `<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:${scope}/></D:lockscope>`,
    `<D:depth>${depth}</D:depth>${owner}<D:timeout>Second-${seconds}</D:timeout>`,
    `<D:locktoken><D:href>${xmlText(token)}</D:href></D:locktoken>`,
    `<D:lockroot><D:href>${xmlText(hrefOf(names, 'file'))}</D:href></D:lockroot></D:activelock>`,
  ].join('')
}
