import type { SharePath } from '../../../content/content.ts'
import { nameOf } from '../../../content/names.ts'
import type { DriveDesk, DriveItem, DriveShare } from '../drive.ts'
import { DavError, nothingThere } from '../errors.ts'
import type { DrivePlace } from '../files/drive-world.ts'
import { hrefOf } from '../http/address.ts'
import { xmlType } from '../http/answer.ts'
import { depthOf } from '../http/exchange.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import type { DeadProperty } from '../properties/dead-properties.ts'
import { parsePropertyRequest } from '../properties/property-request.ts'
import { propertyResponse } from '../properties/property-response.ts'
import type { Subject } from '../properties/subject.ts'
import { xmlStart } from '../xml/write-xml.ts'
import { findForReading } from './in-share.ts'

/** The properties of one thing, or of a directory and what stands in it. Sent as it is found. */
export async function propfind(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const request = parsePropertyRequest(await exchange.xml())
  const depth = depthOf(exchange)
  const place = findForReading(desk, exchange.address)
  if (depth === 'infinity') {
    throw new DavError(403, 'A whole tree is not listed at once.', {
      condition: '<D:propfind-finite-depth/>',
    })
  }
  const subjects =
    place.kind === 'share'
      ? subjectsIn(desk, place, depth, exchange.signal)
      : subjectsAbove(desk, place, depth)
  // What goes wrong before the first is an answer of its own.
  const first = await subjects.next()
  const nowMs = desk.surroundings.clock.now()
  const source = { [Symbol.asyncDispose]: async () => void (await subjects.return(undefined)) }
  const body = (async function* () {
    let text = `${xmlStart}<D:multistatus xmlns:D="DAV:">`
    for (let next = first; !next.done; next = await subjects.next()) {
      text += propertyResponse(next.value, request, nowMs)
      if (text.length < chunkChars) continue
      yield text
      text = ''
    }
    yield `${text}</D:multistatus>`
  })()
  return { status: 207, headers: xmlType, body, source }
}

async function* subjectsIn(
  desk: DriveDesk,
  { share: listed, path }: Extract<DrivePlace, { kind: 'share' }>,
  depth: '0' | '1',
  signal: AbortSignal,
): AsyncGenerator<Subject, undefined> {
  const { locks, properties, world } = desk
  await using share = await world.open(listed, signal)
  const item = await share.item(path, signal)
  if (!item) throw nothingThere()
  const availableBytes = await share.availableBytes()
  const subject = (found: DriveItem, dead: readonly DeadProperty[]): Subject =>
    subjectOf(share, found, {
      dead,
      availableBytes,
      locks: locks.covering(share.id, found.path),
    })
  yield subject(item, await properties.at(share.id, path))
  if (depth === '0' || item.kind === 'file') return undefined
  const deadByPath = await properties.inside(share.id, path)
  for await (const found of share.items(path, signal)) {
    yield subject(found, deadByPath.get(found.path) ?? [])
  }
  return undefined
}

function subjectOf(
  share: DriveShare,
  item: DriveItem,
  more: Pick<Subject, 'dead' | 'availableBytes' | 'locks'>,
): Subject {
  const { kind, path } = item
  return {
    ...{ ...more, kind, shareNames: share.names, isLockable: true },
    href: hrefOf(path === '' ? share.names : [...share.names, ...path.split('/')], kind),
    displayName: displayName(share, path),
    file: kind === 'file' ? item : undefined,
    usedBytes: kind === 'directory' ? item.bytes : undefined,
    availableBytes: kind === 'directory' ? more.availableBytes : undefined,
  }
}

function displayName(share: DriveShare, path: SharePath): string {
  return path === '' ? share.names[1] : nameOf(path)
}

/** Peers and shares are listed without asking anybody: a drive opens while its owners are away. */
async function* subjectsAbove(
  { world }: DriveDesk,
  place: Exclude<DrivePlace, { kind: 'share' }>,
  depth: '0' | '1',
): AsyncGenerator<Subject, undefined> {
  yield folderAbove(place.kind === 'top' ? [] : [place.name])
  if (depth === '0') return undefined
  if (place.kind === 'top') {
    for (const peer of world.peers()) yield folderAbove([peer])
  } else {
    for (const { names } of world.shares()) if (names[0] === place.name) yield folderAbove(names)
  }
  return undefined
}

function folderAbove(names: readonly string[]): Subject {
  return {
    href: hrefOf(names, 'directory'),
    displayName: names.at(-1) ?? 'Fullmesh',
    kind: 'directory',
    file: undefined,
    usedBytes: undefined,
    availableBytes: undefined,
    isLockable: false,
    locks: [],
    shareNames: [],
    dead: [],
  }
}

/** Some hundred entries at once: few enough to begin soon, many enough to cost little. */
const chunkChars = 64 * 1024
