import { parseRootText } from '../../../content/content-id.ts'
import { endsInside } from '../../contract/locator.ts'
import type { StreamHandler } from '../api.ts'
import { editorOf, openFiles } from '../files.ts'
import { findSharePlace, placeText } from '../place.ts'
import { planPut } from '../put-plan.ts'
import { putLines } from '../put.ts'

export const putFiles: StreamHandler<'putFiles'> = async function* (desk, request, signal) {
  const { from, base } = request
  const place = await findSharePlace(desk, request.to, signal)
  await using files = await openFiles(desk, place, signal)
  const editor = editorOf(desk, place, files)
  const { reader } = files.access
  const wish = { from, to: place.path, inside: endsInside(request.to) || place.path === '' }
  const plan = await planPut(wish, reader, signal)
  const parts = {
    plan,
    reader,
    editor,
    base: typeof base === 'object' ? { root: parseRootText(base.root), length: base.bytes } : base,
    clock: desk.surroundings.clock,
    placeOf: (path: typeof place.path) => placeText(desk, { ...place, path }),
  }
  yield* putLines(parts, signal)
}
