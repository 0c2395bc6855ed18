import { MalformedError } from '../../../base/errors.ts'
import type { Handler } from '../api.ts'
import { entryAt, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'
import { copyView } from '../views.ts'

/** Asking for the same copy again goes on with it, so that repeating a command does what is meant. */
export const addCopy: Handler<'addCopy'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  if (place.kind === 'own') {
    throw new MalformedError('place', 'the share is on this computer already')
  }
  const { destination, mode, seed } = request
  await using files = await openFiles(desk, place, signal)
  await entryAt(desk, place, files.access.reader, signal)
  const wanted = { share: place.share.id, source: place.path, destination, mode, seed }
  return copyView(desk, await desk.copies.add(wanted))
}
