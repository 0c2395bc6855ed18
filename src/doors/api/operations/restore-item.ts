import { parseSharePath } from '../../../content/names.ts'
import type { Handler } from '../api.ts'
import { shareWithBin } from '../bin-view.ts'
import { placeText } from '../place.ts'

export const restoreItem: Handler<'restoreItem'> = async (desk, request, signal) => {
  const place = await shareWithBin(desk, request.place, signal)
  const to = request.to === undefined ? undefined : parseSharePath(request.to)
  const { path, outcome } = await place.share.editor.restore(request.id, to, 'owner', signal)
  return {
    schema: 'fullmesh.change/1',
    place: placeText(desk, { ...place, path }),
    outcome: outcome === 'conflict' || outcome === 'unchanged' ? outcome : 'done',
  }
}
