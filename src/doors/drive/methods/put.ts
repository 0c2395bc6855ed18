import type { DriveDesk } from '../drive.ts'
import { DavError } from '../errors.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions, demandUnlocked } from '../locks/conditions.ts'
import { demandInside, demandParent, openForChange } from './in-share.ts'

/**
 * Brings a file: the bytes are staged on this computer, and go into the share when all of them are here, by
 * the same road as every other change. What breaks off changes nothing.
 */
export async function put(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const { signal, address } = exchange
  if (exchange.header('content-range') !== undefined) {
    throw new DavError(400, 'A part of a file can not be written alone.')
  }
  if (address.endsInside) throw new DavError(409, 'The address is that of a folder.')
  await using place = await openForChange(desk, exchange, address)
  demandInside(place)
  const { share, path, item: before } = place
  const shown = await checkConditions(desk, exchange, before)
  if (before?.kind === 'directory') throw new DavError(405, 'A folder stands there.')
  const writing = { share, path, isDeep: false, changesParent: !before }
  demandUnlocked(desk, shown, [writing])
  await demandParent(place, signal)

  await using staged = await desk.stages.take(exchange.body(), exchange.announcedBytes, signal)
  // It may have been locked while the bytes came.
  demandUnlocked(desk, shown, [writing])
  const wished = wishedTimeMs(exchange)
  const attributes = {
    mtimeMs: wished ?? desk.surroundings.clock.now(),
    executable: before?.executable ?? false,
  }
  await share.put({ path, localFile: staged.path, attributes, before }, signal)
  const now = await share.item(path, signal)
  return {
    status: before ? 204 : 201,
    headers: {
      ...(now?.kind === 'file' ? { etag: now.etag } : {}),
      ...(wished === undefined ? {} : { 'x-oc-mtime': 'accepted' }),
    },
  }
}

/** The file's own time, as rclone and others say it: seconds since the epoch. */
function wishedTimeMs(exchange: Exchange): number | undefined {
  const seconds = Number(exchange.header('x-oc-mtime') ?? Number.NaN)
  return seconds > 0 && seconds < secondsMax ? Math.round(seconds * 1000) : undefined
}

/** The year 9999, as far as HTTP writes dates. */
const secondsMax = 253_402_300_799
