import { MalformedError } from '../../../base/errors.ts'
import type { Handler } from '../api.ts'
import { changeView } from '../change-view.ts'
import { editorOf, entryAt, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'

/** Only what the asker can have seen is removed: a file that became another one stays. */
export const removeEntry: Handler<'removeEntry'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal)
  const editor = editorOf(desk, place, files)
  const entry = await entryAt(desk, place, files.access.reader, signal)
  if (!entry) {
    throw new MalformedError('place', 'it is a whole share, and "fullmesh share rm" ends one')
  }
  const base = entry.kind === 'file' ? entry.content : 'any'
  return changeView(desk, place, await editor.remove(place.path, base, signal))
}
