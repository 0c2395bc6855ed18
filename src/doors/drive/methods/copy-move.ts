import { isWithin } from '../../../content/names.ts'
import type { DriveDesk, DriveItem, DriveShare } from '../drive.ts'
import { DavError } from '../errors.ts'
import { copyTree } from '../files/copy-tree.ts'
import { isPrivatePath } from '../files/private-files.ts'
import { depthOf, destinationOf } from '../http/exchange.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions, demandUnlocked } from '../locks/conditions.ts'
import { forget } from './delete.ts'
import {
  demandInside,
  demandItem,
  demandParent,
  findForReading,
  openForChange,
} from './in-share.ts'
import type { OpenedPlace } from './in-share.ts'

/** Copies a file or a directory, also from one share into another. */
export async function copy(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  await using source = await openForReading(desk, exchange)
  const depth = depthOf(exchange)
  if (depth === '1') throw new DavError(400, 'A copy goes all the way down, or not at all.')
  await using target = await openForChange(desk, exchange, destinationOf(exchange))
  const item = demandItem(source)
  const { share, path } = target
  const shown = await checkConditions(desk, exchange, item)
  checkTarget(exchange, source, target)
  demandUnlocked(desk, shown, [{ share, path, isDeep: true, changesParent: !target.item }])
  await demandParent(target, exchange.signal)
  await clearFor(desk, item, target, exchange.signal)
  await copyTree(
    desk,
    { from: source.share, item, to: target, isDeep: depth === 'infinity' },
    exchange.signal,
  )
  return { status: target.item ? 204 : 201 }
}

/** Moves: inside a share by name alone, from one share into another by a copy first. */
export async function move(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const { signal } = exchange
  await using source = await openForChange(desk, exchange, exchange.address)
  if (depthOf(exchange) !== 'infinity') throw new DavError(400, 'A move goes all the way down.')
  await using target = await openForChange(desk, exchange, destinationOf(exchange))
  const item = demandItem(source)
  demandInside(source)
  const shown = await checkConditions(desk, exchange, item)
  checkTarget(exchange, source, target)
  const { share, path } = target
  demandUnlocked(desk, shown, [
    { share: source.share, path: source.path, isDeep: true, changesParent: true },
    { share, path, isDeep: true, changesParent: !target.item },
  ])
  await demandParent(target, signal)
  const isRename =
    source.share.id === share.id &&
    isPrivatePath(source.path) === isPrivatePath(path) &&
    !isPrivatePath(path)
  if (isRename) {
    if (target.item) await removeWith(desk, target, target.item, signal)
    await share.move(item, path, signal)
    await desk.properties.moved(share.id, source.path, path)
    await desk.locks.removeWithin(share.id, source.path)
  } else {
    await clearFor(desk, item, target, signal)
    await copyTree(desk, { from: source.share, item, to: target, isDeep: true }, signal)
    await removeWith(desk, source, item, signal)
  }
  return { status: target.item ? 204 : 201 }
}

async function openForReading(desk: DriveDesk, exchange: Exchange): Promise<OpenedPlace> {
  const place = findForReading(desk, exchange.address)
  if (place.kind !== 'share') throw new DavError(403, 'What is above shares can not be copied.')
  await using opened = new AsyncDisposableStack()
  const share = opened.use(await desk.world.open(place.share, exchange.signal))
  const item = await share.item(place.path, exchange.signal)
  const kept = opened.move()
  return { share, path: place.path, item, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Throws DavError 412 when something stands there that must stay, 403 when a thing would be in itself. */
function checkTarget(exchange: Exchange, source: OpenedPlace, target: OpenedPlace): void {
  demandInside(target)
  const isSameShare = source.share.id === target.share.id
  if (isSameShare && (isWithin(target.path, source.path) || isWithin(source.path, target.path))) {
    throw new DavError(403, 'Nothing can be brought into itself, or in the place of what it is in.')
  }
  const keeps = exchange.header('overwrite')?.trim().toUpperCase() === 'F'
  if (keeps && target.item) throw new DavError(412, 'Something stands there already.')
}

/** A file takes a file's place, which makes a version of that; whatever else stands there goes to the trash. */
async function clearFor(
  desk: DriveDesk,
  item: DriveItem,
  target: OpenedPlace,
  signal: AbortSignal,
): Promise<void> {
  if (!target.item || (item.kind === 'file' && target.item.kind === 'file')) return
  await removeWith(desk, target, target.item, signal)
}

async function removeWith(
  desk: DriveDesk,
  place: { readonly share: DriveShare; readonly path: OpenedPlace['path'] },
  item: DriveItem,
  signal: AbortSignal,
): Promise<void> {
  await place.share.remove(item, signal)
  await forget(desk, place)
}
