import { MissingError } from '../../../base/errors.ts'
import type { Handler } from '../api.ts'
import { findSharePlace } from '../place.ts'

export const forgetShare: Handler<'forgetShare'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  if (place.kind === 'own') {
    throw new MissingError('This share is yours. "fullmesh share rm" ends it.')
  }
  await desk.opened.release(place.share.id)
  await desk.remoteShares.forget(place.share.id)
  return { schema: 'fullmesh.done/1' }
}
