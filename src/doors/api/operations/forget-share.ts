import { MissingError } from '../../../base/errors.ts'
import { ConflictError } from '../../../content/errors.ts'
import type { Copy } from '../../../transfer/transfer.ts'
import type { Handler } from '../api.ts'
import { findSharePlace } from '../place.ts'

export const forgetShare: Handler<'forgetShare'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  if (place.kind === 'own') {
    throw new MissingError('This share is yours. "fullmesh share rm" ends it.')
  }
  const copy = desk.copies.all().find((one) => one.share === place.share.id && isInUse(one))
  if (copy) {
    throw new ConflictError(
      `The copy ${copy.id} is of this share. End it first with "fullmesh copies rm ${copy.id}"; its files stay.`,
    )
  }
  await desk.opened.release(place.share.id)
  await desk.remoteShares.forget(place.share.id)
  return { schema: 'fullmesh.done/1' }
}

function isInUse(copy: Copy): boolean {
  return copy.seed || copy.state().kind !== 'done'
}
