import { MalformedError } from '../../../base/errors.ts'
import type { DriveDesk } from '../drive.ts'
import { DavError } from '../errors.ts'
import { xmlType } from '../http/answer.ts'
import { depthOf } from '../http/exchange.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions, demandUnlocked } from '../locks/conditions.ts'
import { activeLock } from '../locks/lock.ts'
import type { Lock, LockScope } from '../locks/lock.ts'
import { writeXml, xmlStart } from '../xml/write-xml.ts'
import { davChild, isDav } from '../xml/xml.ts'
import type { XmlElement } from '../xml/xml.ts'
import { demandInside, demandParent, openForChange } from './in-share.ts'
import type { OpenedPlace } from './in-share.ts'

/** Locks, or makes a lock last longer. What is not there yet is made, empty. Source: RFC 4918, section 9.10. */
export async function lock(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const wish = parseWish(await exchange.xml())
  const depth = depthOf(exchange)
  if (depth === '1') throw new DavError(400, 'A lock goes all the way down, or not at all.')
  await using place = await openForChange(desk, exchange, exchange.address)
  const { share, path, item } = place
  const shown = await checkConditions(desk, exchange, item)
  const lifeMs = lifeOf(exchange)
  if (!wish) {
    const held = desk.locks.covering(share.id, path).find(({ token }) => shown.has(token))
    if (!held) throw new DavError(412, 'There is no such lock.')
    return lockReply(desk, place, await desk.locks.refresh(held, lifeMs), 200)
  }
  if (!item) {
    demandInside(place)
    if (exchange.address.endsInside) throw new DavError(409, 'There is no such folder.')
    demandUnlocked(desk, shown, [{ share, path, isDeep: false, changesParent: true }])
    await demandParent(place, exchange.signal)
  }
  const made = await desk.locks.add({ share: share.id, path, depth, ...wish }, lifeMs)
  if (!item) await makeEmpty(desk, exchange, place, made)
  return lockReply(desk, place, made, item ? 200 : 201)
}

/** Undefined for a refresh, which has no body. Throws MalformedError. */
function parseWish(
  body: XmlElement | undefined,
): { readonly scope: LockScope; readonly owner: string } | undefined {
  if (!body) return undefined
  const type = davChild(body, 'locktype')
  const scope = davChild(body, 'lockscope')
  if (!isDav(body, 'lockinfo') || !type || !scope || !davChild(type, 'write')) {
    throw new MalformedError('wish for a lock', 'it is none for writing')
  }
  const owner = davChild(body, 'owner')
  const text = owner ? writeXml(owner) : ''
  if (text.length > ownerCharsMax) throw new DavError(413, 'The lock has too long an owner.')
  return { scope: davChild(scope, 'shared') ? 'shared' : 'exclusive', owner: text }
}

/** A name that is locked is taken: others see an empty file. */
async function makeEmpty(
  desk: DriveDesk,
  { signal }: Exchange,
  { share, path }: OpenedPlace,
  made: Lock,
): Promise<void> {
  try {
    await using staged = await desk.stages.take(nothing(), 0, signal)
    const attributes = { mtimeMs: desk.surroundings.clock.now(), executable: false }
    await share.put({ path, localFile: staged.path, attributes, before: undefined }, signal)
  } catch (error) {
    await desk.locks.remove([made])
    throw error
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function lockReply(
  { surroundings }: DriveDesk,
  { share }: OpenedPlace,
  made: Lock,
  status: 200 | 201,
): Reply {
  const active = activeLock(made, share.names, surroundings.clock.now())
  const body = `${xmlStart}<D:prop xmlns:D="DAV:"><D:lockdiscovery>${active}</D:lockdiscovery></D:prop>`
  return { status, headers: { ...xmlType, 'lock-token': `<${made.token}>` }, body }
}

/** The first time of a list that is understood. Whoever wants to keep a lock makes it last longer in time. */
function lifeOf(exchange: Exchange): number {
  for (const part of (exchange.header('timeout') ?? '').split(',')) {
    const text = part.trim().toLowerCase()
    if (text === 'infinite') return lifeMaxMs
    const seconds = text.startsWith('second-') ? Number(text.slice('second-'.length)) : Number.NaN
    if (seconds > 0) return Math.min(seconds * 1000, lifeMaxMs)
  }
  return lifeUsualMs
}

const lifeUsualMs = 10 * 60_000

/** A program that died leaves its lock behind, and nobody else knows its token. */
const lifeMaxMs = 60 * 60_000

const ownerCharsMax = 8 * 1024
