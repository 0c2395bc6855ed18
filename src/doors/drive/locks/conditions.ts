import { NodeError } from '../../../base/errors.ts'
import type { SharePath } from '../../../content/content.ts'
import { parentOf } from '../../../content/names.ts'
import type { DriveDesk, DriveItem, DriveShare } from '../drive.ts'
import { DavError } from '../errors.ts'
import type { DrivePlace } from '../files/drive-world.ts'
import { hrefOf, parseAddress } from '../http/address.ts'
import type { Exchange } from '../http/exchange.ts'
import { xmlText } from '../xml/write-xml.ts'
import { parseIf } from './if-header.ts'
import type { IfCondition } from './if-header.ts'
import type { Lock } from './lock.ts'

/** What a request wants to write. */
export interface Writing {
  readonly share: DriveShare
  readonly path: SharePath
  /** What is below goes or changes with it. */
  readonly isDeep: boolean
  /** The directory that it stands in gets or loses a name. */
  readonly changesParent: boolean
}

/**
 * Checks the request's `If`, `If-Match` and `If-None-Match`, and returns the lock tokens that it shows. Rejects
 * with DavError 412.
 */
export async function checkConditions(
  desk: DriveDesk,
  exchange: Exchange,
  item: DriveItem | undefined,
): Promise<ReadonlySet<string>> {
  checkEntityTags(exchange, item)
  const header = exchange.header('if')
  if (header === undefined) return new Set()
  const lists = parseIf(header)
  const shown = new Set<string>()
  let holds = false
  for (const { resource, conditions } of lists) {
    for (const { kind, value } of conditions) if (kind === 'token') shown.add(value)
    holds ||= await listHolds(desk, exchange, resource, conditions)
  }
  if (!holds) throw new DavError(412, 'What the request counts on is not so.')
  return shown
}

/** Throws DavError 423 unless the tokens open every lock that stands before the writing. */
export function demandUnlocked(
  { locks }: DriveDesk,
  shown: ReadonlySet<string>,
  writings: readonly Writing[],
): void {
  for (const { share, path, isDeep, changesParent } of writings) {
    demandToken(share, locks.covering(share.id, path), shown)
    if (changesParent && path !== '') {
      demandToken(share, locks.covering(share.id, parentOf(path)), shown)
    }
    if (!isDeep) continue
    for (const locked of Map.groupBy(locks.below(share.id, path), (lock) => lock.path).values()) {
      demandToken(share, locked, shown)
    }
  }
}

/** Of several locks on one thing, which are shared ones then, the token of any is enough. */
function demandToken(share: DriveShare, locked: readonly Lock[], shown: ReadonlySet<string>): void {
  const [first] = locked
  if (!first || locked.some(({ token }) => shown.has(token))) return
  const names = first.path === '' ? share.names : [...share.names, ...first.path.split('/')]
  const href = xmlText(hrefOf(names, 'file'))
  throw new DavError(423, 'It is locked.', {
    condition: `<D:lock-token-submitted><D:href>${href}</D:href></D:lock-token-submitted>`,
  })
}

async function listHolds(
  desk: DriveDesk,
  exchange: Exchange,
  resource: string | undefined,
  conditions: readonly IfCondition[],
): Promise<boolean> {
  const state = await stateOf(desk, exchange, resource)
  return conditions.every(({ isNot, kind, value }) => {
    const matches = kind === 'etag' ? state.etag === value : state.tokens.has(value)
    return matches !== isNot
  })
}

/** The entity tag and the tokens of the locks of what an address names. */
async function stateOf(
  desk: DriveDesk,
  exchange: Exchange,
  resource: string | undefined,
): Promise<{ readonly etag: string | undefined; readonly tokens: ReadonlySet<string> }> {
  const names = resource === undefined ? exchange.address.names : namesIn(exchange, resource)
  const nothing = { etag: undefined, tokens: new Set<string>() }
  if (!names) return nothing
  const place = placeOf(desk, names)
  if (place?.kind !== 'share') return nothing
  await using share = await desk.world.open(place.share, exchange.signal)
  const item = await share.item(place.path, exchange.signal)
  const tokens = desk.locks.covering(share.id, place.path).map(({ token }) => token)
  return { etag: item?.kind === 'file' ? item.etag : undefined, tokens: new Set(tokens) }
}

/** Undefined for what no share can hold: a condition about it is one that does not hold. */
function placeOf({ world }: DriveDesk, names: readonly string[]): DrivePlace | undefined {
  try {
    return world.find(names)
  } catch (error) {
    if (error instanceof NodeError) return undefined
    throw error
  }
}

/** Undefined for what is not in this drive: nothing is known of its state. */
function namesIn(exchange: Exchange, resource: string): readonly string[] | undefined {
  const path = exchange.pathOf(resource)
  return path === undefined ? undefined : parseAddress(path).names
}

/** Source: RFC 9110, sections 13.1.1 and 13.1.2, for methods that change something. */
function checkEntityTags(exchange: Exchange, item: DriveItem | undefined): void {
  const etag = item?.kind === 'file' ? item.etag : undefined
  const wanted = exchange.header('if-match')
  if (wanted !== undefined && !namesTag(wanted, etag, item !== undefined)) {
    throw new DavError(412, 'It is not any more what it was.')
  }
  const unwanted = exchange.header('if-none-match')
  if (unwanted !== undefined && namesTag(unwanted, etag, item !== undefined)) {
    throw new DavError(412, 'Something stands there already.')
  }
}

/** Whether a list of entity tags, or `*`, fits what is there. */
export function namesTag(list: string, etag: string | undefined, isThere: boolean): boolean {
  if (list.trim() === '*') return isThere
  return list.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
