import type { Handler } from '../api.ts'
import { BrowsersOffError, loopback } from '../browser/browsers.ts'
import { mediaType } from '../browser/media-type.ts'
import { fileAt, openFiles } from '../files.ts'
import { findSharePlace, placeText } from '../place.ts'

export const addPreview: Handler<'addPreview'> = async (desk, request, signal) => {
  const { browsers } = desk
  if (!browsers) throw new BrowsersOffError()
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal)
  const { name } = await fileAt(desk, place, files.access.reader, signal)
  const key = browsers.previews.add(placeText(desk, place))
  const origin = `http://${loopback}:${browsers.ports.content}`
  return {
    schema: 'fullmesh.preview/1',
    address: `${origin}/${key}/${encodeURIComponent(name)}`,
    mediaType: mediaType(name),
  }
}
