import type { DriveDesk } from '../drive.ts'
import { DavError } from '../errors.ts'
import { isPrivatePath } from '../files/private-files.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions, demandUnlocked } from '../locks/conditions.ts'
import { demandParent, openForChange } from './in-share.ts'

/** Makes a directory. */
export async function makeCollection(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  if (exchange.hasBody) throw new DavError(415, 'Nothing can be said about a new folder.')
  await using place = await openForChange(desk, exchange, exchange.address)
  const { share, path, item } = place
  const shown = await checkConditions(desk, exchange, item)
  if (item) throw new DavError(405, 'Something stands there already.')
  if (isPrivatePath(path)) throw new DavError(403, 'The name is kept for a file.')
  demandUnlocked(desk, shown, [{ share, path, isDeep: false, changesParent: true }])
  await demandParent(place, exchange.signal)
  await share.makeDirectory(path, exchange.signal)
  return { status: 201 }
}
