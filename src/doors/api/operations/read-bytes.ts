import type { BytesHandler } from '../api.ts'
import { fileAt, openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'

export const readBytes: BytesHandler<'readBytes'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  const files = await openFiles(desk, place, signal)
  await using cleanup = new AsyncDisposableStack()
  cleanup.use(files)
  const { content, mtimeMs } = await fileAt(desk, place, files.access.reader, signal)
  const kept = cleanup.move()
  return {
    bytes: content.length,
    mtimeMs,
    etag: `"${content.root}-${content.length}"`,
    read: async function* (offset, length) {
      await using _ = kept
      yield* files.access.reader.read(place.path, offset, length, signal, content)
    },
  }
}
