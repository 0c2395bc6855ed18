import type { DriveDesk } from '../drive.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions, demandUnlocked } from '../locks/conditions.ts'
import type { Writing } from '../locks/conditions.ts'
import { demandInside, demandItem, openForChange } from './in-share.ts'

/** To the owner's trash, with all that is below. */
export async function remove(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  await using place = await openForChange(desk, exchange, exchange.address)
  const { share, path } = place
  const shown = await checkConditions(desk, exchange, place.item)
  const item = demandItem(place)
  demandInside(place)
  demandUnlocked(desk, shown, [{ share, path, isDeep: true, changesParent: true }])
  await share.remove(item, exchange.signal)
  await forget(desk, place)
  return { status: 204 }
}

/** What is gone has no locks and no properties. */
export async function forget(
  { locks, properties }: DriveDesk,
  { share, path }: Pick<Writing, 'share' | 'path'>,
): Promise<void> {
  await locks.removeWithin(share.id, path)
  await properties.remove(share.id, path)
}
