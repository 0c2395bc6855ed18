import { join } from 'node:path'
import { MalformedError } from '../../../base/errors.ts'
import { parseRootText } from '../../../content/content-id.ts'
import type { Base } from '../../../content/content.ts'
import { joinPath, parseName } from '../../../content/names.ts'
import { endsInside } from '../../contract/locator.ts'
import type { CheckedRequestOf } from '../../contract/schemas.ts'
import type { IntakeHandler } from '../api.ts'
import { changeView } from '../change-view.ts'
import { editorOf, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'
import { spooled } from '../upload-spool.ts'

/** One that breaks off changes nothing: the bytes are whole on this disk before the share hears of them. */
export const putBytes: IntakeHandler<'putBytes'> = async (desk, request, body, signal) => {
  const place = await findSharePlace(desk, request.to, signal)
  await using files = await openFiles(desk, place, signal)
  const editor = editorOf(desk, place, files)
  const { clock, random } = desk.surroundings
  const path = endsInside(request.to) ? joinPath(place.path, nameIn(request)) : place.path
  if (path === '') throw new MalformedError('place', 'it is a whole share, and this puts a file')
  const entry = await files.access.reader.entry(path, signal)
  const there: Base = entry?.kind === 'file' ? entry.content : 'absent'
  const uploads = join(desk.node.stateFolder, 'uploads')
  await using file = await spooled(uploads, random, body, signal)
  const attributes = { mtimeMs: request.mtimeMs ?? clock.now(), executable: false }
  const change = { path, base: believed(request) ?? there, attributes }
  const result = await editor.put(file.path, change, () => {}, signal)
  return changeView(desk, { ...place, path }, result)
}

function nameIn({ name }: CheckedRequestOf<'putBytes'>) {
  if (name === undefined) throw new MalformedError('request', '"name" is missing')
  return parseName(name.normalize('NFC'))
}

function believed({ baseRoot, baseBytes }: CheckedRequestOf<'putBytes'>): Base | undefined {
  if (baseRoot === undefined || baseBytes === undefined) return undefined
  return { root: parseRootText(baseRoot), length: baseBytes }
}
