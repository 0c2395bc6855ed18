import type { SharePath } from '../../../content/content.ts'
import { NameError, parentOf } from '../../../content/names.ts'
import type { DriveDesk, DriveItem, DriveShare } from '../drive.ts'
import { DavError, nothingThere, outsideShares } from '../errors.ts'
import type { DrivePlace, SharePlace } from '../files/drive-world.ts'
import type { DriveAddress } from '../http/address.ts'
import type { Exchange } from '../http/exchange.ts'

/** A place in a share, opened. Dispose it. */
export interface OpenedPlace extends AsyncDisposable {
  readonly share: DriveShare
  readonly path: SharePath
  readonly item: DriveItem | undefined
}

/** What an address that is only looked at means: clients try names that no share can have, and find nothing. */
export function findForReading({ world }: DriveDesk, { names }: DriveAddress): DrivePlace {
  try {
    return world.find(names)
  } catch (error) {
    if (error instanceof NameError) throw nothingThere()
    throw error
  }
}

/**
 * The place that something is about to change, and what stands there. Rejects with DavError 403 above shares, for
 * names that no share can have, and for a share itself; with ReadOnlyError; and as RemoteShares.open does.
 */
export async function openForChange(
  desk: DriveDesk,
  { signal }: Exchange,
  address: DriveAddress,
): Promise<OpenedPlace> {
  const place = findForChange(desk, address)
  await using opened = new AsyncDisposableStack()
  const share = opened.use(await desk.world.open(place.share, signal))
  share.demandWritable(place.path)
  const item = await share.item(place.path, signal)
  const kept = opened.move()
  const { path } = place
  return { share, path, item, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Throws DavError 409 unless the directory is there in which `path` will stand. */
export async function demandParent(
  { share, path }: OpenedPlace,
  signal: AbortSignal,
): Promise<void> {
  const parent = await share.item(parentOf(path), signal)
  if (parent?.kind !== 'directory') {
    throw new DavError(409, 'The folder in which it would stand is not there.')
  }
}

/** What is there already; throws DavError 404 otherwise. */
export function demandItem({ item }: OpenedPlace): DriveItem {
  if (item) return item
  throw nothingThere()
}

/** A share itself is not made, moved or removed here. */
export function demandInside({ path }: OpenedPlace): void {
  if (path === '') throw outsideShares()
}

function findForChange({ world }: DriveDesk, { names }: DriveAddress): SharePlace {
  try {
    const place = world.find(names)
    if (place.kind === 'share') return place
  } catch (error) {
    if (error instanceof NameError) throw new DavError(403, error.message)
    if (names.length > 2) throw error
  }
  throw outsideShares()
}
