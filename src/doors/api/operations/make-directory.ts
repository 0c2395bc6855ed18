import type { Handler } from '../api.ts'
import { changeView } from '../change-view.ts'
import { editorOf, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'

export const makeDirectory: Handler<'makeDirectory'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal)
  const result = await editorOf(desk, place, files).makeDirectory(place.path, signal)
  return changeView(desk, place, result)
}
