import { MalformedError } from '../../../base/errors.ts'
import { joinPath, nameOf } from '../../../content/names.ts'
import { endsInside } from '../../contract/locator.ts'
import type { Handler } from '../api.ts'
import { changeView } from '../change-view.ts'
import { editorOf, entryAt, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'

/** A target that is a directory takes what is moved, as with mv. */
export const moveEntry: Handler<'moveEntry'> = async (desk, request, signal) => {
  const from = await findSharePlace(desk, request.from, signal)
  const to = await findSharePlace(desk, request.to, signal)
  if (from.share.id !== to.share.id) {
    throw new MalformedError('move', 'both places must be in one share; use get and put instead')
  }
  await using files = await openFiles(desk, from, signal)
  const editor = editorOf(desk, from, files)
  await entryAt(desk, from, files.access.reader, signal)
  const isDirectory =
    to.path === '' ||
    endsInside(request.to) ||
    (await files.access.reader.entry(to.path, signal))?.kind === 'directory'
  const target = isDirectory ? joinPath(to.path, nameOf(from.path)) : to.path
  return changeView(desk, to, await editor.move(from.path, target, signal))
}
