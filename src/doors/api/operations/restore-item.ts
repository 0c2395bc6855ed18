import { parseSharePath } from '../../../content/names.ts'
import type { Handler } from '../api.ts'
import { binItem } from '../bin-view.ts'
import { changeView } from '../change-view.ts'
import { editorOf, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'

export const restoreItem: Handler<'restoreItem'> = async (
  desk,
  { id, place: text, to },
  signal,
) => {
  const place = await findSharePlace(desk, text, signal)
  await using files = await openFiles(desk, place, signal)
  const editor = editorOf(desk, place, files)
  const path = to === undefined ? (await binItem(editor, id, signal)).path : parseSharePath(to)
  return changeView(desk, place, await editor.restore(id, path, signal))
}
